/**
 * A point in a reply where the scripted model stops until the test lets it go on. It makes "while the
 * model is still answering" a state that can be waited for, instead of a race against a timer.
 */
export class Gate {
  readonly type = "gate";
  /** Resolves when a reply has arrived at this gate (everything before it was written to the socket). */
  readonly reached: Promise<void>;
  readonly #opened: Promise<void>;
  readonly #markReached: () => void;
  readonly #open: () => void;

  constructor() {
    const reached = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    this.reached = reached.promise;
    this.#opened = opened.promise;
    this.#markReached = reached.resolve;
    this.#open = opened.resolve;
  }

  /** Lets the held reply, and every later one that uses this gate, go on. */
  release(): void {
    this.#open();
  }

  /** Called by the scripted model. */
  pass(): Promise<void> {
    this.#markReached();
    return this.#opened;
  }
}

import { BatchStream, toBatches } from "./batch-stream.ts";
import { chain, type Made, passAll, type Stage } from "./stage.ts";

/** A source's items after passing through a stage. However many stages are added, reading costs a single wait. */
export class StagedStream<In, Out> extends BatchStream<Out> {
  readonly #source: BatchStream<In>;
  readonly #stage: Stage<In, Out>;
  /** Output that comes before anything is read from the source: what the reader of an earlier stream left unread. */
  readonly #left: (() => Made<Out>)[] = [];
  #isOver = false;

  constructor(source: AsyncIterable<In> | Iterable<In>, stage: Stage<In, Out>) {
    super();
    this.#source = toBatches(source);
    this.#stage = stage;
  }

  /** A stream of the same items that pass through one more stage. This stream must not be read any more. */
  through<Next>(stage: Stage<Out, Next>): StagedStream<In, Next> {
    const next = new StagedStream(this.#source, chain(this.#stage, stage));
    const rest = this.takeRest();
    const asked = this.takeAsked();
    if (rest.length > 0) next.#left.push(() => passAll(stage, rest));
    if (asked) next.#left.push(() => next.#passAsked(asked, stage, () => this.#isOver));
    if (this.#isOver && !asked) {
      next.#isOver = true;
      next.#left.push(() => stage.end?.() ?? []);
    }
    return next;
  }

  protected async pull(): Promise<readonly Out[] | undefined> {
    try {
      for (;;) {
        let make = this.#left.shift();
        if (!make && this.#isOver) return undefined;
        if (!make) {
          try {
            const items = await this.#source.nextBatch();
            make = items ? () => passAll(this.#stage, items) : () => this.#end();
          } catch (thrown) {
            make = () => this.#fail(thrown);
          }
        }
        const made = make();
        const out = made instanceof Promise ? await made : made;
        if (out.length > 0) return out;
      }
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
  }

  protected async close(): Promise<void> {
    this.#isOver = true;
    try {
      await this.#source.return();
    } finally {
      this.#stage.close?.();
    }
  }

  #end(): Made<Out> {
    this.#isOver = true;
    const last = this.#stage.end?.() ?? [];
    this.#stage.close?.();
    return last;
  }

  #fail(thrown: unknown): Made<Out> {
    this.#isOver = true;
    if (!this.#stage.fail) throw thrown;
    const last = this.#stage.fail(thrown);
    this.#stage.close?.();
    return last;
  }

  /**
   * The items that the earlier reader was waiting for when it stopped reading; they have already passed the stages of that
   * time.
   */
  async #passAsked<Middle>(
    asked: Promise<readonly Middle[] | undefined>,
    stage: Stage<Middle, Out>,
    wereLast: () => boolean,
  ): Promise<readonly Out[]> {
    const out = await passAll(stage, (await asked) ?? []);
    if (!wereLast()) return out;
    this.#isOver = true;
    return [...out, ...((await stage.end?.()) ?? [])];
  }
}

/** Passes items through a stage. If the stream already has stages, adds this one to them. */
export function through<In, Out>(
  items: AsyncIterable<In> | Iterable<In>,
  stage: Stage<In, Out>,
): BatchStream<Out> {
  return items instanceof StagedStream ? items.through(stage) : new StagedStream(items, stage);
}

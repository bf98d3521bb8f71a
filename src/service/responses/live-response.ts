import { AppError, type ErrorInfo, toAppError } from "../../core/words/app-error.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { RelayedTurn } from "../../core/ports/turn-relay.ts";
import { isTerminalEvent, type TerminalEvent, type TurnEvent } from "../../core/words/turn-event.ts";
import { nextTick } from "../../lib/time.ts";
import type { ResponseBody, ResponseEvent } from "../../protocols/responses/response-head.ts";

/** How far the turn may be ahead of the client that it answers. */
const MAX_EVENTS_AHEAD = 64;
/** Each tick takes at least one event to the client. */
const MAX_TICKS = 2 * MAX_EVENTS_AHEAD;

/** Makes a response from a turn's events. */
export interface ResponseScribe {
  /** The response object as it is now. */
  readonly body: ResponseBody;
  start(): Iterable<ResponseEvent>;
  /** Events that are a sign of life. */
  repeat(): Iterable<ResponseEvent>;
  of(event: TurnEvent): Iterable<ResponseEvent>;
  cancel(): Iterable<ResponseEvent>;
  fail(error: ErrorInfo): Iterable<ResponseEvent>;
}

export interface LiveResponseParts {
  readonly id: string;
  readonly principalId: PrincipalId;
  readonly isBackground: boolean;
  readonly hasStream: boolean;
  readonly writer: ResponseScribe;
  /** Where the response's events go; ended together with the response. */
  readonly relayed: RelayedTurn<ResponseEvent>;
  /** Aborts the turn. */
  readonly abortTurn: () => void;
  /** Called when the turn has ended well, while it still holds its conversation. Never rejects. */
  readonly onTurnEnd?: (body: ResponseBody) => Promise<void>;
  /** Stores what the response has become; called before anybody sees its end. */
  readonly keep: (body: ResponseBody, events: readonly ResponseEvent[]) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/**
 * A response while its turn runs. Its events can be read from any point on, and it ends once: when its turn ends or when it is
 * cancelled, whichever comes first.
 */
export class LiveResponse {
  readonly #parts: LiveResponseParts;
  readonly #log: RelayedTurn<ResponseEvent>;
  readonly #over = Promise.withResolvers<void>();
  /** How many events the client has taken, if the response is bound to one; otherwise infinite. */
  #takenCount: number;
  #isEnding = false;
  #isEnded = false;
  #failure: ErrorInfo | undefined;
  #wakePump: (() => void) | undefined;

  constructor(parts: LiveResponseParts) {
    this.#parts = parts;
    this.#log = parts.relayed;
    this.#takenCount = parts.hasStream && !parts.isBackground ? 0 : Infinity;
    this.#log.append([...parts.writer.start()]);
  }

  get id(): string {
    return this.#parts.id;
  }

  get principalId(): PrincipalId {
    return this.#parts.principalId;
  }

  get isBackground(): boolean {
    return this.#parts.isBackground;
  }

  get hasStream(): boolean {
    return this.#parts.hasStream;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The error with which the turn failed. */
  get failure(): ErrorInfo | undefined {
    return this.#failure;
  }

  get body(): ResponseBody {
    return this.#parts.writer.body;
  }

  /** Resolves when the response has ended and is stored. */
  get ended(): Promise<void> {
    return this.#over.promise;
  }

  /** Resolves at once or, if the end is being stored right now, when that is done. */
  async settled(): Promise<void> {
    if (this.#isEnding) await this.ended;
  }

  /** Takes the turn's events to their end. To be called once. */
  async run(events: AsyncIterable<TurnEvent>): Promise<void> {
    let last: readonly ResponseEvent[] | undefined;
    try {
      // The turn releases its session, and its conversation, only when its events have ended.
      for await (const event of events) {
        if (this.#isEnding) continue;
        if (isTerminalEvent(event)) last = await this.#hearEnd(event);
        else this.#log.append([...this.#parts.writer.of(event)]);
        await this.#waitForClient();
      }
      if (!this.#isEnding) throw new Error("A turn's events ended without a terminal event.");
    } catch (thrown) {
      if (last || !this.#isEnding) this.#parts.onFailure(thrown);
      if (!last) await this.fail(toAppError(thrown).info);
    }
    if (last) await this.#conclude(last);
  }

  /**
   * Adds a sign of life to the events for a reader that has waited long: all readers of the response get the same events with the
   * same numbers. False when the response is about to end and has nothing more to say.
   */
  showLife(): boolean {
    if (this.#isEnding) return false;
    this.#log.append([...this.#parts.writer.repeat()]);
    return true;
  }

  /** Ends the response as cancelled unless it has already ended; resolves when it is over. */
  async cancel(): Promise<void> {
    await this.#cut(() => this.#parts.writer.cancel());
  }

  /** Ends the response as failed unless it has already ended; resolves when it is over. */
  async fail(error: ErrorInfo): Promise<void> {
    await this.#cut(() => {
      this.#failure = error;
      return this.#parts.writer.fail(error);
    });
  }

  /** The events after that number, up to the end. */
  read(after: number, signal: AbortSignal): AsyncGenerator<ResponseEvent, void, undefined> {
    return this.#log.read(after + 1, signal);
  }

  /**
   * All events, for the client that the response is bound to: the turn waits for this client, and the response is cancelled when
   * it leaves.
   */
  readBound(signal: AbortSignal): AsyncIterableIterator<ResponseEvent> {
    this.#takenCount = 0;
    signal.addEventListener("abort", () => void this.cancel(), { once: true });
    let askedCount = 0;
    return tapNext(this.#log.read(0, signal), () => {
      // A reader that asks for the next event has received all earlier ones.
      this.#takenCount = askedCount++;
      this.#wakePump?.();
    });
  }

  /** Writes the turn's own end. From now on nothing else can end the response. */
  async #hearEnd(end: TerminalEvent): Promise<readonly ResponseEvent[]> {
    const last = [...this.#parts.writer.of(end)];
    this.#isEnding = true;
    if (end.type === "turn-end") await this.#parts.onTurnEnd?.(this.body);
    else if (end.error.kind !== "cancelled") this.#failure = end.error;
    return last;
  }

  /** Ends the response before its turn does. */
  async #cut(writeEnd: () => Iterable<ResponseEvent>): Promise<void> {
    if (this.#isEnding) return this.ended;
    this.#isEnding = true;
    this.#wakePump?.();
    this.#parts.abortTurn();
    let last: readonly ResponseEvent[] = [];
    try {
      last = [...writeEnd()];
    } catch (thrown) {
      this.#parts.onFailure(thrown);
    }
    await this.#conclude(last);
  }

  /** Stores what the response has become, and then tells it. */
  async #conclude(last: readonly ResponseEvent[]): Promise<void> {
    try {
      await this.#letClientRead();
      await this.#parts.keep(this.body, [...this.#log.events, ...last]);
    } catch (thrown) {
      this.#parts.onFailure(thrown);
    } finally {
      this.#isEnded = true;
      this.#log.append(last);
      this.#log.end();
      this.#over.resolve();
    }
  }

  /** Lets the client read what was said before the end is stored, which takes time; it does not wait for a stalled client. */
  async #letClientRead(): Promise<void> {
    if (this.#takenCount === Infinity) return;
    for (let ticks = 0; ticks < MAX_TICKS && this.#takenCount < this.#log.events.length; ticks++)
      await nextTick();
    await nextTick();
  }

  async #waitForClient(): Promise<void> {
    while (!this.#isEnding && this.#log.events.length - this.#takenCount > MAX_EVENTS_AHEAD) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wakePump = resolve;
      await promise;
    }
  }
}

/** The same iterator, with `onNext` called before each `next`. It adds no async step. */
function tapNext<Item>(
  items: AsyncGenerator<Item, void, undefined>,
  onNext: () => void,
): AsyncIterableIterator<Item> {
  return {
    next() {
      onNext();
      return items.next();
    },
    return: () => items.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Why a response ends when the server does. */
export const SERVER_STOPPED = new AppError({
  kind: "shutting-down",
  message: "The server stopped before this response was complete.",
}).info;

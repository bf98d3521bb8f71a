import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { RequestLogStore, RequestLogBounds } from "../../core/ports/request-log.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import { delay, repeat } from "../../lib/time.ts";
import { RequestLogWriter } from "./request-log-writer.ts";

const SWEEP_INTERVAL_MS = 60_000;
/** Between two parts of what is deleted, so that writing and reading come in between. */
const SWEEP_PAUSE_MS = 20;

export interface JournalParts {
  readonly log: RequestLogStore;
  readonly bounds: RequestLogBounds;
  readonly redactText: (text: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The requests on record: takes them in in the background, reads them, and removes what is too old or too much. */
export class RequestJournal implements Pick<RequestLogStore, "list" | "find" | "sum" | "sumConversations"> {
  readonly #parts: JournalParts;
  readonly #writer: RequestLogWriter;
  readonly #closing = new AbortController();
  #timer: { cancel(): void } | undefined;
  #sweeping: Promise<void> | undefined;

  #bounds: RequestLogBounds;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#bounds = parts.bounds;
    this.#writer = new RequestLogWriter(parts.log, parts.logger);
  }

  add(entry: RequestEntry): void {
    const { redactText } = this.#parts;
    const { content } = entry;
    this.#writer.add(
      content
        ? { ...entry, content: { prompt: redactText(content.prompt), answer: redactText(content.answer) } }
        : entry,
    );
  }

  /** From the next removal on. */
  setBounds(bounds: RequestLogBounds): void {
    this.#bounds = bounds;
  }

  /** Begins to remove what is to go, now and then regularly. */
  start(): void {
    const sweep = () => {
      this.#sweeping ??= this.#sweep().finally(() => (this.#sweeping = undefined));
    };
    sweep();
    this.#timer = repeat(SWEEP_INTERVAL_MS, sweep);
  }

  async list(...asked: Parameters<RequestLogStore["list"]>): ReturnType<RequestLogStore["list"]> {
    await this.#catchUp();
    return this.#parts.log.list(...asked);
  }

  async find(id: string): ReturnType<RequestLogStore["find"]> {
    await this.#catchUp();
    return this.#parts.log.find(id);
  }

  async sum(...asked: Parameters<RequestLogStore["sum"]>): ReturnType<RequestLogStore["sum"]> {
    await this.#catchUp();
    return this.#parts.log.sum(...asked);
  }

  async sumConversations(
    ...asked: Parameters<RequestLogStore["sumConversations"]>
  ): ReturnType<RequestLogStore["sumConversations"]> {
    await this.#catchUp();
    return this.#parts.log.sumConversations(...asked);
  }

  /** Writes what is left. Everything that adds must have ended. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#closing.abort();
    await this.#sweeping;
    await this.#writer.close();
    await this.#parts.log.close();
  }

  /** Who has its answer finds its request. */
  async #catchUp(): Promise<void> {
    // The writer has told of it; what is there can be read all the same.
    await this.#writer.flush().catch(() => {});
  }

  async #sweep(): Promise<void> {
    const { log, clock, logger } = this.#parts;
    const { signal } = this.#closing;
    try {
      while (!signal.aborted && (await log.deleteSome(this.#bounds, clock())))
        await delay(SWEEP_PAUSE_MS, signal);
    } catch (error) {
      if (!signal.aborted) logger.error("request-log.sweep-failed", { error });
    }
  }
}

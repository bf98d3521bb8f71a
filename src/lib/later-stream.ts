import { BatchStream } from "./batch-stream.ts";

/** A stream that is opened on the first read. After that, its batches are passed on without an additional step. */
export class LaterStream<Item> extends BatchStream<Item> {
  readonly #open: () => Promise<BatchStream<Item>>;
  #opened: BatchStream<Item> | undefined;

  constructor(open: () => Promise<BatchStream<Item>>) {
    super();
    this.#open = open;
  }

  protected pull(): Promise<readonly Item[] | undefined> {
    return this.#opened ? this.#opened.nextBatch() : this.#begin();
  }

  protected async close(): Promise<void> {
    await this.#opened?.return();
  }

  async #begin(): Promise<readonly Item[] | undefined> {
    this.#opened = await this.#open();
    return this.#opened.nextBatch();
  }
}

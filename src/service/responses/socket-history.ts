import type { WireItem } from "../../protocols/responses/responses-request.ts";

/** A fork of an old one is rare; what a client goes on from is nearly always the last one of a lane. */
const MAX_RESPONSES = 64;

interface Remembered {
  readonly items: readonly WireItem[];
  readonly bytes: number;
}

/**
 * What was said in the responses of one WebSocket that are in no store, so that the next ones can go on from them. The oldest
 * are forgotten when there are too many or when they are too large; the newest one always stays.
 */
export class SocketHistory {
  readonly #responses = new Map<string, Remembered>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  has(id: string): boolean {
    return this.#responses.has(id);
  }

  /** All items up to and with the output of this response. */
  find(id: string): readonly WireItem[] | undefined {
    return this.#responses.get(id)?.items;
  }

  remember(id: string, items: readonly WireItem[]): void {
    this.forget(id);
    const bytes = JSON.stringify(items).length;
    this.#responses.set(id, { items, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#responses.keys()) {
      if (oldest === id) return;
      if (this.#responses.size <= MAX_RESPONSES && this.#bytes <= this.#maxBytes) return;
      this.forget(oldest);
    }
  }

  forget(id: string): void {
    this.#bytes -= this.#responses.get(id)?.bytes ?? 0;
    this.#responses.delete(id);
  }
}

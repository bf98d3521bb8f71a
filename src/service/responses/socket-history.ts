import type { WireItem } from "../../protocols/responses/responses-request.ts";

/** Clients nearly always continue from the last response of a lane and rarely fork an old one. */
const MAX_RESPONSES = 64;

interface Remembered {
  readonly items: readonly WireItem[];
  readonly bytes: number;
}

/**
 * What was said in those responses of one WebSocket that are in no store, so that later ones can continue from them. The oldest
 * are forgotten when there are too many or they are too large; the newest always stays.
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

  /** All items up to and including this response's output. */
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

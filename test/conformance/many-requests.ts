import type { RequestLogStore } from "../../src/core/ports/request-log.ts";
import type { RequestEntry } from "../../src/core/words/request-entry.ts";
import { requestEntry } from "./request-fixtures.ts";

/** How many requests, spread over the thirty days before `until`. */
export interface ManyRequests {
  readonly count: number;
  readonly until: number;
}

export const MANY_REQUESTS_SPAN_MS = 30 * 86_400_000;

const SLICE = 2_000;
const MODELS = ["opus", "sonnet", "haiku", "default", "fable"];
const PLACEMENTS = ["hot", "hot", "hot", "spare", "cold", "resumed", "imported"] as const;
const KEYS = Array.from({ length: 20 }, (_, index) => `key_${index}`);

/** The request number `number` of them: some of its values are common, some so rare that they must be found. */
export function requestOfMany(number: number, { count, until }: ManyRequests): RequestEntry {
  const pick = <Item>(items: readonly Item[], salt: number): Item =>
    // Proof for the cast: the index is inside the list.
    items[((number * 2_654_435_761 + salt * 40_503) >>> 7) % items.length] as Item;
  const startedAt = until - MANY_REQUESTS_SPAN_MS + Math.floor((number * MANY_REQUESTS_SPAN_MS) / count);
  const isRare = number % 100_000 === 77;
  const error = isRare
    ? "internal"
    : number % 37 === 0
      ? pick(["queue-full", "cancelled", "timeout"] as const, 1)
      : undefined;
  return requestEntry(number, {
    startedAt,
    endedAt: startedAt + (number % 53 === 0 ? 30_000 : 900 + (number % 700)),
    principalId: (isRare ? "key_rare" : pick(KEYS, 2)) as never,
    client: isRare ? "rare/1" : `program/${pick(KEYS, 3)}`,
    protocol: pick(["chat-completions", "responses", "messages"], 4),
    profile: isRare ? "rare" : pick(["chat", "agent"], 5),
    model: isRare ? "rare" : pick(MODELS, 6),
    modelId: isRare ? "rare" : `claude-code/${pick(MODELS, 6)}`,
    conversationId: `conv_${number % 50_000}` as never,
    conversationName: `talk ${number % 50_000}`,
    placement: pick(PLACEMENTS, 7),
    firstTokenMs: 100 + (number % 3_000),
    status: error === "queue-full" ? 429 : error === "internal" ? 500 : 200,
    ...(error && { error }),
  });
}

/** Writes all of them, oldest first; a million take minutes. */
export async function writeManyRequests(
  log: Pick<RequestLogStore, "write">,
  many: ManyRequests,
): Promise<void> {
  for (let at = 0; at < many.count; at += SLICE) {
    const length = Math.min(SLICE, many.count - at);
    await log.write(Array.from({ length }, (_, index) => requestOfMany(at + index, many)));
  }
}

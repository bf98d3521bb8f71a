import { isRecord } from "../lib/is-record.ts";
import { RequestError } from "./request-error.ts";

/** For a list in the body itself: messages, items, tools. */
const MAX_ITEMS = 8_192;
/** For the parts and calls of all messages together: each is work of its own, like a message. */
const MAX_PARTS = 8_192;

/**
 * Checks what is known only after a body is parsed: the length of its lists.
 * @throws RequestError worded like OpenAI's
 */
export function requireShortLists(body: unknown): void {
  if (typeof body !== "object" || body === null) return;
  for (const [name, value] of Object.entries(body)) {
    if (!Array.isArray(value)) continue;
    requireFewParts(name, value);
    if (value.length <= MAX_ITEMS) continue;
    throw new RequestError(
      "array_above_max_length",
      `Invalid '${name}': array too long. Expected an array with maximum length ${MAX_ITEMS}, but got an array with length ${value.length} instead.`,
      name,
    );
  }
}

function requireFewParts(name: string, items: readonly unknown[]): void {
  let count = 0;
  for (const item of items) {
    if (!isRecord(item)) continue;
    for (const list of [item["content"], item["tool_calls"]]) if (Array.isArray(list)) count += list.length;
  }
  if (count <= MAX_PARTS) return;
  throw new RequestError(
    "array_above_max_length",
    `Invalid '${name}': too many parts. Expected at most ${MAX_PARTS} content parts and tool calls in all of them, but got ${count} instead.`,
    name,
  );
}

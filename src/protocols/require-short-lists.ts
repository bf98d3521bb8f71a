import { RequestError } from "./request-error.ts";

/** For a list in the body itself: messages, items, tools. */
const MAX_ITEMS = 8_192;

/**
 * Checks what is known only after a body is parsed: the length of its lists.
 * @throws RequestError worded like OpenAI's
 */
export function requireShortLists(body: unknown): void {
  if (typeof body !== "object" || body === null) return;
  for (const [name, value] of Object.entries(body)) {
    if (!Array.isArray(value) || value.length <= MAX_ITEMS) continue;
    throw new RequestError(
      "array_above_max_length",
      `Invalid '${name}': array too long. Expected an array with maximum length ${MAX_ITEMS}, but got an array with length ${value.length} instead.`,
      name,
    );
  }
}

import { RequestError } from "./request-error.ts";

/** Messages, items, tools: of a list that stands in the body itself. */
const MAX_ITEMS = 8_192;

/**
 * What is told only once a body is parsed: how long its lists are.
 * @throws RequestError in OpenAI's words
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

import { RequestError } from "./request-error.ts";

const MAX_PAIRS = 16;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 512;

/**
 * Metadata set by the client, within OpenAI's limits.
 * @throws RequestError worded like OpenAI's
 */
export function parseMetadata(
  metadata: Readonly<Record<string, string>> | null | undefined,
): Readonly<Record<string, string>> {
  const pairs = Object.entries(metadata ?? {});
  if (pairs.length > MAX_PAIRS) {
    throw new RequestError(
      "object_above_max_properties",
      `Invalid 'metadata': too many properties. Expected an object with at most ${MAX_PAIRS} properties, but got an object with ${pairs.length} properties instead.`,
      "metadata",
    );
  }
  for (const [key, value] of pairs) {
    if (key.length > MAX_KEY_LENGTH) throw tooLong("metadata", "key", MAX_KEY_LENGTH, key.length);
    if (value.length > MAX_VALUE_LENGTH) {
      throw tooLong(`metadata.${key}`, "string", MAX_VALUE_LENGTH, value.length);
    }
  }
  return metadata ?? {};
}

function tooLong(param: string, kind: "key" | "string", maxLength: number, length: number): RequestError {
  const named = kind === "key" ? "a key" : "a string";
  return new RequestError(
    kind === "key" ? "property_name_above_max_length" : "string_above_max_length",
    `Invalid '${param}': ${kind} too long. Expected ${named} with maximum length ${maxLength}, but got ${named} with length ${length} instead.`,
    param,
  );
}

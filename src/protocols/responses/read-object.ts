import { isRecord } from "../../lib/is-record.ts";
import { readJson } from "../../lib/read-json.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";

/** Parses a JSON text as an object; anything else gives an empty object. */
export function readObject(text: string): JsonObject {
  const value = readJson(text);
  // The caller sees that all fields are missing.
  return isRecord(value) ? value : {};
}

export function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

export function wholeNumberOrNull(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : null;
}

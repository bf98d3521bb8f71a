import { isRecord } from "../../lib/is-record.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";

/** A JSON text as an object; an empty one when it is anything else. */
export function readObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    // Whoever reads it sees that all fields are missing.
    return {};
  }
}

export function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

export function wholeNumberOrNull(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : null;
}

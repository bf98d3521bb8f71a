import { isRecord } from "./is-record.ts";

/**
 * One spelling for JSON texts with the same meaning: no white space, keys sorted; `simplify` may remove more that has no
 * meaning. Text that is not JSON, or is nested too deeply to be written, stays as it is.
 */
export function canonicalJson(text: string, simplify?: (value: unknown) => unknown): string {
  try {
    const parsed: unknown = JSON.parse(text);
    const value = simplify ? simplify(parsed) : parsed;
    return writeCanonical(value);
  } catch {
    return text;
  }
}

/** A JSON value in that spelling. */
export function writeCanonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (isRecord(each) ? sortKeys(each) : each));
}

function sortKeys(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries);
}

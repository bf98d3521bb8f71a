import { isRecord } from "./is-record.ts";

/**
 * One spelling for JSON texts that mean the same: no white space, keys in order; `simplify` may leave out more that has no
 * meaning. What is no JSON stays as it is, and so does what is nested more deeply than can be written.
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

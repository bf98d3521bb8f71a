import { z } from "zod";

/** A schema for the names in a record, with what is expected of them. */
export function recordKey(expected: string, isKey: (name: string) => boolean) {
  return z.string().refine(isKey, { error: `is no usable name: ${expected}` });
}

import { z } from "zod";

/** A schema for the keys of a record, with a description of what is expected. */
export function recordKey(expected: string, isKey: (name: string) => boolean) {
  return z.string().refine(isKey, { error: `is no usable name: ${expected}` });
}

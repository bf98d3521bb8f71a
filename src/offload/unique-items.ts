import type { FuncKeywordDefinition } from "ajv";

import { isRecord } from "../lib/is-record.ts";

/** The keyword `uniqueItems`: ajv compares every item with every other. */
export const uniqueItems: FuncKeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  error: { message: "must NOT have duplicate items" },
  compile: (isWanted: boolean) => (items: readonly unknown[]) =>
    !isWanted || new Set(items.map(writeOut)).size === items.length,
};

/** Equal texts for values that are equal in JSON Schema: the order of an object's keys means nothing. */
function writeOut(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    isRecord(each)
      ? Object.fromEntries(Object.entries(each).sort(([left], [right]) => (left < right ? -1 : 1)))
      : each,
  );
}

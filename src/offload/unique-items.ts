import type { FuncKeywordDefinition } from "ajv";

import { writeCanonical } from "../lib/canonical-json.ts";

/** The keyword `uniqueItems`: ajv compares every item with every other. The order of an object's keys means nothing. */
export const uniqueItems: FuncKeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  error: { message: "must NOT have duplicate items" },
  compile: (isWanted: boolean) => (items: readonly unknown[]) =>
    !isWanted || new Set(items.map(writeCanonical)).size === items.length,
};

import { isRecord } from "../../lib/is-record.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { resolvePointer } from "../../core/json-output/json-kind.ts";

/** The schema that a reference such as `#/$defs/Node` names inside another; undefined when there is none. */
export function resolveSchema(root: JsonObject, reference: string): JsonObject | boolean | undefined {
  const target = resolvePointer(reference, root);
  return isRecord(target) || typeof target === "boolean" ? target : undefined;
}

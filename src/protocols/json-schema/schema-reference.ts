import type { JsonObject } from "../../core/client-tool.ts";
import { resolvePointer } from "../../core/json-output/json-kind.ts";
import { isJsonObject } from "./walk-schema.ts";

/** The schema that a reference such as `#/$defs/Node` names inside another; undefined when there is none. */
export function resolveSchema(root: JsonObject, reference: string): JsonObject | boolean | undefined {
  const target = resolvePointer(reference, root);
  return isJsonObject(target) || typeof target === "boolean" ? target : undefined;
}

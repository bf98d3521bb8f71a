import type { JsonObject } from "../../core/client-tool.ts";
import { isJsonObject } from "./walk-schema.ts";

/**
 * What a JSON pointer fragment (`#`, `#/$defs/Node`) names inside a schema.
 * @returns undefined when there is no such schema.
 */
export function resolvePointer(root: JsonObject, reference: string): JsonObject | boolean | undefined {
  if (reference === "#" || reference === "") return root;
  if (!reference.startsWith("#/")) return undefined;
  let value: unknown = root;
  for (const token of reference.slice(2).split("/")) {
    const key = decodeToken(token);
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return isJsonObject(value) || typeof value === "boolean" ? value : undefined;
}

function decodeToken(token: string): string {
  let plain = token;
  try {
    plain = decodeURIComponent(token);
  } catch {
    // Not percent-encoded after all: a key may hold a bare `%`.
  }
  return plain.replaceAll("~1", "/").replaceAll("~0", "~");
}

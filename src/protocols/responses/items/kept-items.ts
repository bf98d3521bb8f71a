import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { KeptResponse } from "../../../core/ports/response-store.ts";
import type { WireItem } from "../responses-request.ts";

/** The input and output items of a stored response. */
export function itemsOf({ input, body }: Pick<KeptResponse, "input" | "body">): readonly WireItem[] {
  return [...toWireItems(input), ...outputOf(body)];
}

/** The output items of a response object. */
export function outputOf({ output }: JsonObject): readonly WireItem[] {
  return toWireItems(Array.isArray(output) ? output : []);
}

export function toWireItems(items: readonly unknown[]): readonly WireItem[] {
  return items.filter(isWireItem);
}

function isWireItem(item: unknown): item is WireItem {
  return isObject(item) && typeof item["type"] === "string";
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null;
}

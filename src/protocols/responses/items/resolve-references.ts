import type { JsonObject } from "../../../core/words/client-tool.ts";
import { RequestError } from "../../request-error.ts";
import { isActivityId } from "../activity/activity-items.ts";
import type { WireItem } from "../responses-request.ts";

/** Finds a stored item by its id. */
export type FindItem = (id: string) => WireItem | undefined;

/** The ids of the items that a client sends by reference. */
export function referencedIdsOf(items: readonly JsonObject[]): ReadonlySet<string> {
  return new Set(items.flatMap((item) => (isReference(item) ? [item.id] : [])));
}

/**
 * Replaces references by the items that they name.
 * @throws RequestError worded like OpenAI's when one is unknown
 */
export function resolveReferences(
  items: readonly WireItem[],
  findItem: FindItem = () => undefined,
): readonly WireItem[] {
  return items.flatMap((item) => {
    if (!isReference(item)) return item;
    const found = findItem(item.id);
    if (found && !isReference(found)) return found;
    // Some clients name such an item by the id of its call. Claude knows what it did itself.
    if (isActivityId(item.id)) return [];
    throw new RequestError(
      null,
      `Item with id '${item.id.slice(0, 64)}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
      "input",
    );
  });
}

function isReference(item: JsonObject): item is JsonObject & { readonly id: string } {
  return item["type"] === "item_reference" && typeof item["id"] === "string";
}

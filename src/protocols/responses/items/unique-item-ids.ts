import type { WireItem } from "../responses-request.ts";

/** An item with an id that is unique in its conversation. */
export interface IdentifiedItem {
  readonly id: string;
  readonly item: WireItem;
}

/** Gives each item its id as key; an id that is taken or occurs twice gets a number appended. */
export function uniqueItemIds(
  items: readonly WireItem[],
  taken: Iterable<string> = [],
): readonly IdentifiedItem[] {
  const known = new Set(taken);
  return items.map((item, index) => {
    const given = typeof item["id"] === "string" && item["id"] !== "" ? item["id"] : `item_${index}`;
    let id = given;
    for (let number = 2; known.has(id); number += 1) id = `${given}_${number}`;
    known.add(id);
    return { id, item: item["id"] === id ? item : { ...item, id } };
  });
}

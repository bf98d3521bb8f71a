import type { Page } from "../../core/ports/completion-store.ts";

export interface StoredListBody<Item> {
  readonly object: "list";
  readonly data: readonly Item[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

/** A page in OpenAI's list object. Its ids are texts by the schema, so those of an empty page are empty. */
export function formatStoredList<Stored, Item extends { readonly id: string }>(
  page: Page<Stored>,
  format: (stored: Stored) => Item,
): StoredListBody<Item> {
  const data = page.items.map(format);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? "",
    last_id: data.at(-1)?.id ?? "",
    has_more: page.hasMore,
  };
}

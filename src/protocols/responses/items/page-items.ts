import type { ItemPage } from "../../../core/ports/response-store.ts";
import type { WireItem } from "../responses-request.ts";
import { noSuchItem } from "../stored-response-error.ts";

export interface ItemListBody {
  readonly object: "list";
  readonly data: readonly WireItem[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

/**
 * One page of items, which are given in the order of the conversation. An empty page has empty ids, since the schema requires
 * strings.
 * @throws RequestError when `after` names none of them
 */
export function pageItems(items: readonly WireItem[], { limit, order, after }: ItemPage): ItemListBody {
  const ordered = order === "asc" ? items : items.toReversed();
  const start = after === undefined ? 0 : ordered.findIndex((item) => item["id"] === after) + 1;
  if (after !== undefined && start === 0) throw noSuchItem(after);
  const data = ordered.slice(start, start + limit);
  return {
    object: "list",
    data,
    first_id: idOf(data[0]),
    last_id: idOf(data.at(-1)),
    has_more: ordered.length > start + limit,
  };
}

function idOf(item: WireItem | undefined): string {
  const id = item?.["id"];
  return typeof id === "string" ? id : "";
}

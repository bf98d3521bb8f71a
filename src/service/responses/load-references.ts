import type { PrincipalId } from "../../core/words/ids.ts";
import { itemsOf } from "../../protocols/responses/items/kept-items.ts";
import { responseIdOfItem } from "../../protocols/responses/items/mentioned-ids.ts";
import { type FindItem, referencedIdsOf } from "../../protocols/responses/items/resolve-references.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";
import type { ServiceParts } from "../service-parts.ts";

/** Loads items of stored responses that the new input refers to instead of repeating. */
export async function loadReferences(
  { responses, responseRuns }: Pick<ServiceParts, "responses" | "responseRuns">,
  principalId: PrincipalId,
  input: readonly WireItem[],
): Promise<FindItem> {
  const responseIds = new Set(Array.from(referencedIdsOf(input)).flatMap((id) => responseIdOfItem(id) ?? []));
  const found = new Map<unknown, WireItem>();
  for (const responseId of responseIds) {
    await responseRuns.find(principalId, responseId)?.settled();
    const kept = await responses.findResponse(principalId, responseId);
    for (const item of kept ? itemsOf(kept) : []) found.set(item["id"], item);
  }
  return (id) => found.get(id);
}

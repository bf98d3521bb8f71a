import { randomBytes } from "node:crypto";

import type { PrincipalId } from "../../core/words/ids.ts";
import type { GivenItems } from "../../protocols/openai-conversations/conversation-body.ts";
import { referenceNotKept } from "../../protocols/openai-conversations/conversation-error.ts";
import { unknownFile } from "../../protocols/file-not-found.ts";
import { assignItemIds } from "../../protocols/responses/items/assign-item-ids.ts";
import { mentionedFileIds } from "../../protocols/responses/items/mentioned-ids.ts";
import { parseItems } from "../../protocols/responses/items/parse-items.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";
import type { ServiceParts } from "../service-parts.ts";

/**
 * Checks the items that a client adds to a conversation and returns them as they will be kept.
 * @throws RequestError naming the first one that is wrong or cannot be served
 */
export async function checkNewItems(
  { files }: Pick<ServiceParts, "files">,
  principalId: PrincipalId,
  given: GivenItems,
): Promise<readonly WireItem[]> {
  const items = parseItems(given, "items");
  const reference = items.findIndex(({ type }) => type === "item_reference");
  if (reference !== -1) throw referenceNotKept(reference);
  for (const [index, item] of items.entries()) {
    for (const fileId of mentionedFileIds([item])) {
      if (!(await files.findFile(principalId, fileId))) throw unknownFile(fileId, `items[${index}]`);
    }
  }
  return assignItemIds(items, randomBytes(12).toString("hex"));
}

import type { PrincipalId } from "../../core/words/ids.ts";
import type { KeptResponse } from "../../core/ports/response-store.ts";
import { itemsOf } from "../../protocols/responses/items/kept-items.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";
import {
  noSuchPreviousResponse,
  unfinishedPreviousResponse,
} from "../../protocols/responses/stored-response-error.ts";
import type { ServiceParts } from "../service-parts.ts";

/**
 * Everything said before, up to and including this response's output: the items of its whole chain.
 * @throws RequestError when there is no such response, or when it has not ended in a way that can be continued
 */
export async function loadPrevious(
  { responses, responseRuns }: Pick<ServiceParts, "responses" | "responseRuns">,
  principalId: PrincipalId,
  id: string,
): Promise<readonly WireItem[]> {
  // A client that saw the end of a response by polling may be faster than the store.
  await responseRuns.find(principalId, id)?.settled();
  const recent = responseRuns.recent.find(principalId, id);
  if (recent) return recent;
  const chain = await responses.loadChain(principalId, id);
  const last = chain?.at(-1);
  if (!chain || !last) throw noSuchPreviousResponse(id);
  if (!canGoOn(last)) throw unfinishedPreviousResponse(id, last.status);
  return chain.flatMap(itemsOf);
}

function canGoOn({ status }: KeptResponse): boolean {
  return status === "completed" || status === "incomplete";
}

import { type PrincipalId, type TurnId, uniquePartOf } from "../../core/words/ids.ts";
import { assignItemIds } from "../../protocols/responses/items/assign-item-ids.ts";
import { type ParsedItems, toMessages } from "../../protocols/responses/items/items-to-messages.ts";
import { mentionedFileIds, responseIdOfItem } from "../../protocols/responses/items/mentioned-ids.ts";
import { itemsOf } from "../../protocols/responses/items/kept-items.ts";
import {
  noSuchPreviousResponse,
  unfinishedPreviousResponse,
} from "../../protocols/responses/stored-response-error.ts";
import type { KeptResponse } from "../../core/ports/response-store.ts";
import {
  type FindItem,
  referencedIdsOf,
  resolveReferences,
} from "../../protocols/responses/items/resolve-references.ts";
import type { ResponsesRequest, WireItem } from "../../protocols/responses/responses-request.ts";
import type { ServiceParts } from "../service-parts.ts";
import { loadFiles } from "../turns/load-files.ts";

/**
 * Finds the items up to and including the output of a response that is not in the store; undefined when it is not known here
 * either.
 */
export type FindPrevious = (id: string) => readonly WireItem[] | undefined;

export type ReadParts = Pick<
  ServiceParts,
  "responses" | "responseRuns" | "owedWrites" | "sealedBox" | "files"
>;

export interface ConversationRead {
  /** The items that were there before. */
  readonly history: readonly WireItem[];
  /** The new input, each item with an id. */
  readonly input: readonly WireItem[];
  readonly parsed: ParsedItems;
}

/**
 * Joins what a request says with everything that was said before.
 * @throws RequestError when they do not form a conversation, or when what came before is not there
 */
export async function readConversation(
  parts: ReadParts,
  principalId: PrincipalId,
  asked: ResponsesRequest,
  given: {
    readonly turnId: TurnId;
    readonly isNamed: boolean;
    readonly findPrevious?: FindPrevious;
    /** What was said before, if it is already known. */
    readonly history?: readonly WireItem[];
  },
): Promise<ConversationRead> {
  const history = given.history ?? (await loadHistory(parts, principalId, asked, given.findPrevious));
  const findItem = await loadReferences(parts, principalId, asked.input);
  const input = assignItemIds(resolveReferences(asked.input, findItem), uniquePartOf(given.turnId));
  const items = [...history, ...input];
  const parsed = toMessages(items, {
    unseal: (text) => parts.sealedBox.unseal(text, principalId),
    instructions: asked.instructions,
    findFile: await loadFiles(parts, principalId, mentionedFileIds(items), "input"),
    toolOrigins: asked.toolOrigins,
    isContinuation: given.isNamed,
    historyCount: history.length,
  });
  return { history, input, parsed };
}

async function loadHistory(
  parts: ReadParts,
  principalId: PrincipalId,
  { previousResponseId }: ResponsesRequest,
  findPrevious: FindPrevious | undefined,
): Promise<readonly WireItem[]> {
  if (previousResponseId === undefined) return [];
  return findPrevious?.(previousResponseId) ?? loadPrevious(parts, principalId, previousResponseId);
}

/**
 * Everything said before, up to and including this response's output: the items of its whole chain.
 * @throws RequestError when there is no such response, or when it has not ended in a way that can be continued
 */
async function loadPrevious(
  { responses, responseRuns, owedWrites }: Pick<ServiceParts, "responses" | "responseRuns" | "owedWrites">,
  principalId: PrincipalId,
  id: string,
): Promise<readonly WireItem[]> {
  // A client that saw the end of a response by polling may be faster than the store.
  await responseRuns.find(principalId, id)?.settled();
  await owedWrites.settle();
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

/** Loads items of stored responses that the new input refers to instead of repeating. */
async function loadReferences(
  { responses, responseRuns, owedWrites }: Pick<ServiceParts, "responses" | "responseRuns" | "owedWrites">,
  principalId: PrincipalId,
  input: readonly WireItem[],
): Promise<FindItem> {
  const responseIds = new Set(Array.from(referencedIdsOf(input)).flatMap((id) => responseIdOfItem(id) ?? []));
  if (responseIds.size > 0) await owedWrites.settle();
  const found = new Map<unknown, WireItem>();
  for (const responseId of responseIds) {
    await responseRuns.find(principalId, responseId)?.settled();
    const kept = await responses.findResponse(principalId, responseId);
    for (const item of kept ? itemsOf(kept) : []) found.set(item["id"], item);
  }
  return (id) => found.get(id);
}

import type { PrincipalId, TurnId } from "../../core/words/ids.ts";
import { assignItemIds } from "../../protocols/responses/items/assign-item-ids.ts";
import { type ParsedItems, toMessages } from "../../protocols/responses/items/items-to-messages.ts";
import { mentionedFileIds } from "../../protocols/responses/items/mentioned-ids.ts";
import { resolveReferences } from "../../protocols/responses/items/resolve-references.ts";
import type { ResponsesRequest, WireItem } from "../../protocols/responses/responses-request.ts";
import type { ServiceParts } from "../service-parts.ts";
import { loadFiles } from "../turns/load-files.ts";
import { loadPrevious } from "./load-history.ts";
import { loadReferences } from "./load-references.ts";

/**
 * Finds the items up to and including the output of a response that is not in the store; undefined when it is not known here
 * either.
 */
export type FindPrevious = (id: string) => readonly WireItem[] | undefined;

export type ReadParts = Pick<ServiceParts, "responses" | "responseRuns" | "sealedBox" | "files">;

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
  const input = assignItemIds(resolveReferences(asked.input, findItem), given.turnId.replace(/^turn_/, ""));
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

import { newTurnId, type PrincipalId } from "../../core/ids.ts";
import type { TurnRequest } from "../../core/turn-request.ts";
import { assignItemIds } from "../../protocols/responses/assign-item-ids.ts";
import { toMessages } from "../../protocols/responses/items-to-messages.ts";
import { parseResponsesRequest } from "../../protocols/responses/parse-responses-request.ts";
import { type ResponseHead, responseIdOf } from "../../protocols/responses/response-head.ts";
import type { ResponsesRequest, WireItem } from "../../protocols/responses/responses-request.ts";
import { unsupportedValue } from "../../protocols/request-error.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { chooseConversationName } from "../conversation-name.ts";
import { readTimeoutMs } from "../read-timeout.ts";
import type { RequestRecord } from "../request-record.ts";
import { loadPrevious } from "./load-history.ts";

/** Of what a client calls its user, as much is logged. */
const MAX_END_USER_LENGTH = 128;

/** Who asks for a response, and what it says beside the body. */
export interface ResponseCaller {
  readonly principalId: PrincipalId;
  readonly record: RequestRecord;
  readonly nameHeader: string | undefined;
  readonly timeoutHeader: string | undefined;
  /** Items of a previous response that is not in the store; undefined when this caller has none of that id. */
  readonly findPrevious?: (id: string) => readonly WireItem[] | undefined;
}

/** All that a response needs to be run. */
export interface PreparedResponse {
  readonly asked: ResponsesRequest;
  readonly request: TurnRequest;
  readonly head: ResponseHead;
  /** The items that were there before. */
  readonly history: readonly WireItem[];
  /** The new input, each item with an id. */
  readonly input: readonly WireItem[];
  readonly isStored: boolean;
}

type Dependencies = Pick<AppDependencies, "models" | "responses" | "responseRuns" | "sealedBox">;

/**
 * Reads a request for a response, with what came before it.
 * @throws AppError for what is wrong with it
 */
export async function prepareResponse(
  dependencies: Dependencies,
  caller: ResponseCaller,
  body: unknown,
): Promise<PreparedResponse> {
  const { models, responses, sealedBox } = dependencies;
  const { principalId, record } = caller;
  const asked = parseResponsesRequest(body);
  noteRequest(record, asked, responses.isEnabled);
  const isStored = asked.isStored && responses.isEnabled;
  if (asked.isBackground && !isStored) throw backgroundNeedsStore();

  const { target, conversationName: suffix } = models.resolve(asked.model);
  const name = chooseConversationName(caller.nameHeader, suffix);
  const turnId = newTurnId();
  const id = responseIdOf(turnId);
  const history = await loadHistory(dependencies, caller, asked);
  const input = assignItemIds(asked.input, id);
  const { systemText, messages } = toMessages([...history, ...input], { unseal: (text) => sealedBox.unseal(text, principalId) });
  const timeoutMs = readTimeoutMs(caller.timeoutHeader, asked.timeoutMs);
  const request: TurnRequest = {
    turnId,
    principalId,
    protocol: "responses",
    target,
    ...(name !== undefined && { conversationName: name }),
    systemText: [asked.instructions, systemText].filter((text) => text !== "").join("\n\n"),
    messages,
    sampling: asked.sampling,
    tools: asked.tools,
    ...(asked.outputFormat && { outputFormat: asked.outputFormat }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
  const head: ResponseHead = {
    turnId,
    id,
    modelId: target.modelId,
    createdAt: record.startedAt,
    echo: isStored === asked.isStored ? asked.echo : { ...asked.echo, store: isStored },
    toolOrigins: asked.toolOrigins,
    include: asked.include,
    showsReasoning: asked.showsReasoning,
    isBackground: asked.isBackground,
    showsActivity: true,
    seal: (value) => sealedBox.seal(value, principalId),
  };
  return { asked, request, head, history, input, isStored };
}

async function loadHistory(
  dependencies: Dependencies,
  { principalId, findPrevious }: ResponseCaller,
  { previousResponseId }: ResponsesRequest,
): Promise<readonly WireItem[]> {
  if (previousResponseId === undefined) return [];
  return findPrevious?.(previousResponseId) ?? loadPrevious(dependencies, principalId, previousResponseId);
}

function noteRequest(record: RequestRecord, asked: ResponsesRequest, canStore: boolean): void {
  record.ignored = asked.isStored && !canStore ? [...asked.ignored, "store"] : asked.ignored;
  if (asked.endUser !== undefined) record.endUser = asked.endUser.slice(0, MAX_END_USER_LENGTH);
}

/** Its client comes back for it. */
function backgroundNeedsStore() {
  return unsupportedValue(
    "background",
    "true",
    "A background response must be stored, and this request or this server (retention none) stores nothing.",
  );
}

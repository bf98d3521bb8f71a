import { type ConversationId, newTurnId, type TurnId } from "../../core/words/ids.ts";
import type { PermissionMode } from "../../core/words/permission-mode.ts";
import type { TokenPrompt } from "../../core/ports/token-counter.ts";
import type { ModelTarget } from "../../core/words/profile.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { isListed } from "../../protocols/responses/activity/is-listed.ts";
import { parseResponsesRequest } from "../../protocols/responses/request/parse-responses-request.ts";
import { type ResponseHead, responseIdOf } from "../../protocols/responses/response-head.ts";
import type { ResponsesRequest, WireItem } from "../../protocols/responses/responses-request.ts";
import { toServerTools } from "../../protocols/responses/tools/to-server-tools.ts";
import { unsupportedValue } from "../../protocols/request-error.ts";
import type { ServiceParts } from "../service-parts.ts";
import { modelsOfKey } from "../access/models-of-key.ts";
import { joinConversation } from "../conversations/join-conversation.ts";
import { buildTurnRequest, type TurnProtocol } from "../turns/build-turn-request.ts";
import type { Caller } from "../turns/caller.ts";
import { noteIgnored } from "../turns/request-record.ts";
import { resolveAsked } from "../turns/resolve-asked.ts";
import { readConversation, type ReadParts, type FindPrevious } from "./read-conversation.ts";

const PROTOCOL: TurnProtocol = {
  name: "responses",
  // A tool may be inside a namespace, so only the list is named.
  schemaParams: { format: "text.format.schema", tool: () => "tools" },
  hasApprovalItems: true,
};

/** Permission modes in which nobody is asked. */
const NEVER_ASK: ReadonlySet<PermissionMode> = new Set(["dontAsk", "bypassPermissions"]);

/** Who asks for a response, and what is known besides the body. */
export interface ResponseCaller extends Caller {
  /** The id of the turn, if it is already known. */
  readonly turnId?: TurnId;
  /** Finds the items of a previous response that is not in the store. */
  readonly findPrevious?: FindPrevious;
}

/** Everything needed to run a response. */
export interface PreparedResponse {
  readonly asked: ResponsesRequest;
  readonly request: TurnRequest;
  readonly head: ResponseHead;
  /** The items that were there before. */
  readonly history: readonly WireItem[];
  /** The new input, each item with an id. */
  readonly input: readonly WireItem[];
  readonly isStored: boolean;
  /** The conversation that it belongs to. */
  readonly conversation?: {
    readonly id: ConversationId;
    /** Prepares the request again after another turn has come in between. */
    readonly reread: (history: readonly WireItem[]) => Promise<TurnRequest>;
  };
}

type Dependencies = ReadParts & Pick<ServiceParts, "models" | "items" | "conversations" | "clock">;
/** What a response needs in addition when it is to be run. */
type RunDependencies = Dependencies & Pick<ServiceParts, "requestPolicy" | "schemas">;

/**
 * Reads a request for a response, with what came before it.
 * @throws AppError for what is wrong with it
 */
export async function prepareResponse(
  dependencies: RunDependencies,
  caller: ResponseCaller,
  body: unknown,
): Promise<PreparedResponse> {
  const { responses, sealedBox } = dependencies;
  const { principalId, record, findPrevious } = caller;
  const asked = parseResponsesRequest(body, caller.headers);
  const resolved = resolveAsked(asked, caller, dependencies);
  const isStored = asked.isStored && responses.isEnabled;
  noteIgnored(record, listUnserved(asked, isStored));
  if (asked.isBackground && !isStored) throw backgroundNeedsStore();

  const unread = await buildTurnRequest(asked, resolved, PROTOCOL, caller, dependencies);
  const { turnId, target, approvals, conversationName: name } = unread;
  const joined = await joinConversation(dependencies, principalId, asked, name);
  // The history comes from the items alone, not from the record kept under the name.
  const isWhole = joined !== undefined || asked.previousResponseId !== undefined;
  const given = {
    turnId,
    isNamed: name !== undefined && !isWhole,
    ...(findPrevious && { findPrevious }),
  };
  const { history, input, parsed } = await readConversation(dependencies, principalId, asked, {
    ...given,
    ...(joined && { history: joined.history }),
  });
  const serverTools = toServerTools(asked, parsed.approvals);
  let context = [...history, ...input];
  const request: TurnRequest = {
    ...unread,
    ...(joined && { conversationName: joined.id }),
    ...(isWhole && { isWholeHistory: true, isWholeSystemText: true }),
    systemText: parsed.systemText,
    messages: parsed.messages,
    ...(serverTools && { serverTools }),
  };
  const isShown = target.profile.activity !== "hidden";
  const head: ResponseHead = {
    turnId,
    id: responseIdOf(turnId),
    modelId: target.modelId,
    createdAt: record.startedAt,
    echo: isStored === asked.isStored ? asked.echo : { ...asked.echo, store: isStored },
    toolOrigins: asked.toolOrigins,
    include: asked.include,
    showsReasoning: asked.showsReasoning,
    isBackground: asked.isBackground,
    showsActivity: isShown,
    tellsAgent: isShown && asked.claude.activity === "field",
    asksClient: approvals === "client" && !NEVER_ASK.has(target.profile.permissionMode),
    hostedTools: asked.hostedTools,
    mcpServers: asked.mcpServers,
    isListed: (tools) => isListed(context, tools),
    approvedIds: parsed.approvals.flatMap((each) => (each.isApproved ? [each.approvalId] : [])),
    seal: (value) => sealedBox.seal(value, principalId),
  };
  const prepared = { asked, request, head, history, input, isStored };
  if (!joined) return prepared;
  const reread = async (now: readonly WireItem[]): Promise<TurnRequest> => {
    const read = await readConversation(dependencies, principalId, asked, { ...given, history: now });
    context = [...read.history, ...read.input];
    const tools = toServerTools(asked, read.parsed.approvals);
    const { systemText, messages } = read.parsed;
    return { ...request, systemText, messages, ...(tools && { serverTools: tools }) };
  };
  return { ...prepared, conversation: { id: joined.id, reread } };
}

/**
 * What the model would be given to read for a response to this request; the model itself need not be named.
 * @throws AppError for what is wrong with the request
 */
export async function prepareCount(
  dependencies: Dependencies,
  { principalId, bounds }: Pick<ResponseCaller, "principalId" | "bounds">,
  body: unknown,
): Promise<{ readonly prompt: TokenPrompt; readonly target: ModelTarget | undefined }> {
  const asked = parseResponsesRequest(withModel(body));
  const models = modelsOfKey(dependencies.models, bounds);
  const target = asked.model === ANY_MODEL ? undefined : models.resolve(asked.model).target;
  const joined = await joinConversation(dependencies, principalId, asked, undefined);
  const { parsed } = await readConversation(dependencies, principalId, asked, {
    turnId: newTurnId(),
    isNamed: false,
    ...(joined && { history: joined.history }),
  });
  return { prompt: { ...parsed, tools: asked.tools }, target };
}

const ANY_MODEL = "any";

function withModel(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return "model" in body && body.model !== null ? body : { ...body, model: ANY_MODEL };
}

/** What this server or this protocol has no place for. */
function listUnserved(
  { isStored: isToStore, claude }: ResponsesRequest,
  isStored: boolean,
): readonly string[] {
  return [
    ...(isToStore && !isStored ? ["store"] : []),
    // Claude Code's work is shown as items here, not within the thinking.
    ...(claude.activity === "reasoning" || claude.activity === "text" ? ["claude.activity"] : []),
  ];
}

/** A background response must be stored because its client comes back for it. */
function backgroundNeedsStore() {
  return unsupportedValue(
    "background",
    "true",
    "A background response must be stored, and this request or this server (retention none) stores nothing.",
  );
}

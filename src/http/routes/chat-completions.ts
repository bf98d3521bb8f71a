import { newTurnId } from "../../core/words/ids.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { chain } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import { captureChatCompletion } from "../../protocols/chat-completions/capture-chat-completion.ts";
import type { ChatAnswer } from "../../protocols/chat-completions/chat-answer.ts";
import { chatFileIdsOf } from "../../protocols/chat-completions/chat-file-ids.ts";
import { decodeTextCalls } from "../../protocols/chat-completions/dialects/decode-text-calls.ts";
import { toChatBody } from "../../protocols/chat-completions/dialects/to-chat-body.ts";
import { encodeChatChunk, encodeChatStream } from "../../protocols/chat-completions/encode-chat-stream.ts";
import { formatChatCompletion } from "../../protocols/chat-completions/format-chat-completion.ts";
import { ChatStream } from "../../protocols/chat-completions/format-chat-stream.ts";
import { parseChatRequest, type ChatRequest } from "../../protocols/chat-completions/parse-chat-request.ts";
import { schemaPlace } from "../../protocols/chat-completions/schema-place.ts";
import type { ActivityForm } from "../../protocols/claude-settings/activity-form.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { chooseConversationName, namesConversation } from "../../service/turns/conversation-name.ts";
import { askedModel } from "../../service/turns/asked-model.ts";
import { ignoredTag } from "../../service/turns/ignored-tag.ts";
import { listMisfits } from "../../service/turns/list-misfits.ts";
import { loadFiles } from "../../service/turns/load-files.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { requireCheckable, type SchemaParams } from "../../service/turns/require-checkable.ts";
import { requireKnownHistory } from "../../service/turns/require-known-history.ts";
import { requireIdentity } from "../require-principal.ts";
import { settleTurn } from "../../service/turns/settle-turn.ts";
import { COMMENT } from "../answers/sse-stream.ts";
import { startBranches } from "../answers/start-branches.ts";
import { storeAnswer } from "../answers/store-answer.ts";
import { streamTurn } from "../answers/stream-turn.ts";
import { setTurnHeaders } from "../answers/turn-headers.ts";

/** How much of the client's name for its end user is logged. */
const MAX_END_USER_LENGTH = 128;

/** The events shown to a client that is told of approvals and changed files. */
const SIGNS_OF_AGENT: ReadonlySet<TurnEvent["type"]> = new Set<TurnEvent["type"]>([
  "text-delta",
  "reasoning-delta",
  "tool-call-start",
  "permission-request",
  "file-change",
]);
/** The same for a client that wants to see all activity. */
const SIGNS_WITH_ACTIVITY = new Set([...SIGNS_OF_AGENT, "activity-start" as const]);

/** `POST /v1/chat/completions` */
export function serveChatCompletions(dependencies: AppDependencies) {
  const { options } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const { record } = context.var;
    const { chat, request, activity, keep, textTools } = await readRequest(context, dependencies);
    await requireKnownHistory(request, chat.branchCount, dependencies);

    const answer: ChatAnswer = {
      turnId: request.turnId,
      modelId: request.target.modelId,
      createdAt: record.startedAt,
      branchCount: chat.branchCount,
      isLegacyFunctions: chat.isLegacyFunctions,
      reasoning: chat.reasoning,
      ...(activity && { activity }),
      tellsAgent: request.target.profile.activity !== "hidden",
    };
    const started = startBranches(context, dependencies, request, chat.branchCount);
    const turn =
      textTools.size > 0
        ? { ...started, events: through(started.events, decodeTextCalls(textTools)) }
        : started;
    if (chat.isStream) {
      const stream = new ChatStream(answer, chat);
      const chunks = keep ? chain(captureChatCompletion(answer, keep), stream) : stream;
      return streamTurn(context, turn, options.keepAliveMs, encodeChatStream(chunks), {
        keepAlive: () => encodeSign(stream.signOfLife()),
        ...(answer.tellsAgent && { signs: activity ? SIGNS_WITH_ACTIVITY : SIGNS_OF_AGENT }),
      });
    }
    const body = await formatChatCompletion(turn.events, answer);
    await keep?.(body);
    setTurnHeaders(context);
    return context.json(body);
  };
}

/**
 * After the last choice there is no chunk to send; a client does not mind silence while the answer is stored, so a comment will
 * do.
 */
function encodeSign(chunk: object | undefined): string {
  return chunk ? encodeChatChunk(chunk) : COMMENT;
}

async function readRequest(
  context: AppContext,
  dependencies: AppDependencies,
): Promise<{
  readonly chat: ChatRequest;
  readonly request: TurnRequest;
  /** Undefined when the client did not ask for it, or the profile hides it. */
  readonly activity: ActivityForm | undefined;
  readonly keep: ReturnType<typeof storeAnswer>;
  readonly textTools: ReadonlySet<string>;
}> {
  const { models, options } = dependencies;
  const { id: principalId, mayApprove } = requireIdentity(context);
  const { body, textTools } = toChatBody(await readJsonBody(context, options.maxBodyBytes));
  const headers = context.req.header();
  const nameHeader = context.req.header("x-conversation-id");
  const chat = parseChatRequest(body, {
    isContinuation: namesConversation(nameHeader, body, models),
    findFile: await loadFiles(dependencies, principalId, chatFileIdsOf(body), "messages"),
    headers,
  });
  const { record } = context.var;
  record.model = askedModel(chat.model);
  if (chat.endUser !== undefined) record.endUser = chat.endUser.slice(0, MAX_END_USER_LENGTH);
  const resolved = models.resolve(chat.model);
  const { target, conversationName: suffix } = resolved;
  const { activity: asked, sources } = chat.claude;
  const isShown = target.profile.activity !== "hidden";
  const activity = asked ?? (target.profile.activity === "text" ? "text" : undefined);
  const told = isShown ? activity : undefined;
  const asksForFiles = chat.claude.includeFiles === true;
  // An answer in JSON has no place for files.
  const includesFiles = asksForFiles && isShown && !chat.outputFormat;
  record.ignored = [
    ...new Set([...chat.ignored, ...listMisfits(chat, target)]),
    ...ignoredTag(resolved),
    ...(asked && !isShown ? [sources.activity ?? "claude.activity"] : []),
    ...(asksForFiles && !includesFiles ? [sources.includeFiles ?? "claude.includeFiles"] : []),
  ];
  const naming = chooseConversationName(nameHeader, suffix);
  const settled = await settleTurn(chat, target, { headers, mayApprove }, dependencies);
  const schemaParams: SchemaParams = {
    format: "response_format.json_schema.schema",
    tool: (_, name) => schemaPlace(body, name),
  };
  await requireCheckable(chat, schemaParams, principalId, dependencies, context.req.raw.signal);
  const request: TurnRequest = {
    turnId: newTurnId(),
    principalId,
    protocol: "chat-completions",
    ...settled,
    ...naming,
    systemText: chat.systemText,
    messages: chat.messages,
    sampling: chat.sampling,
    tools: chat.tools,
    ...(chat.outputFormat && { outputFormat: chat.outputFormat }),
    ...(includesFiles && { includesFiles }),
    ...(told === "text" && { tellsWorkInText: true }),
  };
  return { chat, request, activity: told, keep: storeAnswer(context, dependencies, chat, body), textTools };
}

import type { Profile } from "../../core/words/profile.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { ChatAnswer } from "../../protocols/chat-completions/chat-answer.ts";
import { chatFileIdsOf } from "../../protocols/chat-completions/chat-file-ids.ts";
import { toChatBody } from "../../protocols/chat-completions/dialects/to-chat-body.ts";
import { parseChatRequest, type ChatRequest } from "../../protocols/chat-completions/parse-chat-request.ts";
import { schemaPlace } from "../../protocols/chat-completions/schema-place.ts";
import type { ServiceParts } from "../service-parts.ts";
import { buildTurnRequest } from "./build-turn-request.ts";
import type { Caller } from "./caller.ts";
import { namesConversation } from "./conversation-name.ts";
import { loadFiles } from "./load-files.ts";
import { noteIgnored } from "./request-record.ts";
import { requireKnownHistory } from "./require-known-history.ts";
import { resolveAsked } from "./resolve-asked.ts";

/** Everything needed to run a chat completion. */
export interface PreparedChat {
  readonly asked: ChatRequest;
  readonly request: TurnRequest;
  readonly answer: ChatAnswer;
  /** The body as Chat Completions spells it, whatever dialect the client speaks. */
  readonly body: unknown;
  /** Client tools whose calls are told as text. */
  readonly textTools: ReadonlySet<string>;
}

type Parts = Pick<ServiceParts, "models" | "files" | "requestPolicy" | "schemas" | "conversations" | "items">;

/**
 * Reads a request for a chat completion.
 * @throws AppError for what is wrong with it
 */
export async function prepareChat(parts: Parts, caller: Caller, given: unknown): Promise<PreparedChat> {
  const { principalId, record, headers } = caller;
  const { body, textTools } = toChatBody(given);
  const asked = parseChatRequest(body, {
    isContinuation: namesConversation(headers, body, parts.models),
    findFile: await loadFiles(parts, principalId, chatFileIdsOf(body), "messages"),
    headers,
  });
  const resolved = resolveAsked(asked, caller, parts);
  const told = chooseTold(asked, resolved.target.profile);
  noteIgnored(record, told.ignored);
  const schemaParams = {
    format: "response_format.json_schema.schema",
    tool: (_: number, name: string) => schemaPlace(body, name),
  };
  const protocol = { name: "chat-completions", schemaParams };
  const request: TurnRequest = {
    ...(await buildTurnRequest(asked, resolved, protocol, caller, parts)),
    systemText: asked.systemText,
    ...(asked.systemParts && { systemParts: asked.systemParts }),
    ...(asked.cache && { cache: asked.cache }),
    messages: asked.messages,
    ...(told.includesFiles && { includesFiles: true }),
    ...(told.activity === "text" && { tellsWorkInText: true }),
  };
  await requireKnownHistory(request, asked.branchCount, parts);
  const answer: ChatAnswer = {
    turnId: request.turnId,
    modelId: request.target.modelId,
    createdAt: record.startedAt,
    branchCount: asked.branchCount,
    isLegacyFunctions: asked.isLegacyFunctions,
    reasoning: asked.reasoning,
    ...(told.activity && { activity: told.activity }),
    tellsAgent: request.target.profile.activity !== "hidden",
  };
  return { asked, request, answer, body, textTools };
}

/** What the client is told besides the answer: as it asks, as far as its profile shows it. */
function chooseTold({ claude, outputFormat }: ChatRequest, profile: Pick<Profile, "activity">) {
  const { activity: asked, sources } = claude;
  const isShown = profile.activity !== "hidden";
  const activity = asked ?? (profile.activity === "text" ? "text" : undefined);
  const asksForFiles = claude.includeFiles === true;
  // An answer in JSON has no place for files.
  const includesFiles = asksForFiles && isShown && !outputFormat;
  return {
    activity: isShown ? activity : undefined,
    includesFiles,
    ignored: [
      ...(asked && !isShown ? [sources.activity ?? "claude.activity"] : []),
      ...(asksForFiles && !includesFiles ? [sources.includeFiles ?? "claude.includeFiles"] : []),
    ],
  };
}

import type { TokenPrompt } from "../../core/ports/token-counter.ts";
import { type InputMessage, messageText, type TextPart } from "../../core/words/message.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { ClaudeSettings } from "../claude-settings/claude-settings.ts";
import { parseClaudeSettings, type SettingPlaces } from "../claude-settings/parse-claude-settings.ts";
import type { ParameterNames } from "../parameter-names.ts";
import { readMark } from "../cache-control.ts";
import { RequestError } from "../request-error.ts";
import { THREADS_UNSUPPORTED } from "./messages-error.ts";
import {
  type MessagesRequestBody,
  messagesRequestSchema,
  type PromptBody,
  promptSchema,
} from "./messages-request-schema.ts";
import { requireGoodMarks } from "./require-good-marks.ts";
import { parseMessages } from "./parse-messages.ts";
import { parsePart } from "./parse-part.ts";
import {
  messagesParameterNames,
  parseOutputFormat,
  parseSampling,
  parseThinkingDisplay,
  type ThinkingDisplay,
} from "./parse-sampling.ts";
import { parseTools, rejectForeignTools } from "./parse-tools.ts";
import { reportedNames } from "../reported-names.ts";

/** What a request for a message asks for: its part of a `TurnRequest`, and the form of the answer. */
export interface MessagesRequest extends Pick<
  TurnRequest,
  "systemText" | "systemParts" | "cache" | "messages" | "sampling" | "endUserId" | "tools" | "outputFormat"
> {
  /** As sent; it may have a conversation suffix. */
  readonly model: string;
  readonly isStream: boolean;
  readonly thinking: ThinkingDisplay;
  /** The client's settings for Turnpike itself. */
  readonly claude: ClaudeSettings;
  readonly parameterNames: ParameterNames;
  /** Fields that were accepted without effect. */
  readonly ignored: readonly string[];
}

type MarkedPrompt = TokenPrompt & Pick<TurnRequest, "systemParts" | "cache">;

/** What a request for counting tokens asks for. */
export interface CountRequest extends TokenPrompt {
  readonly model: string;
}

export interface MessagesRequestOptions {
  /** The conversation is named, so tool results may come first, without the answer that made the calls. */
  readonly isContinuation: boolean;
  readonly headers?: SettingPlaces["headers"];
}

/** What Claude Code does by itself is not shown in this protocol. */
const CHAT_ONLY = ["activity", "includeFiles"] as const;

/**
 * Reads the decoded JSON of a request for a message.
 * @throws RequestError naming the first part that is wrong or cannot be served.
 */
export function parseMessagesRequest(body: unknown, options: MessagesRequestOptions): MessagesRequest {
  const request = parsePart(messagesRequestSchema, body);
  rejectThread(request.thread);
  rejectToolSearch(request, options.headers ?? {});
  const outputFormat = parseOutputFormat(request);
  const { claude: extension, metadata } = request;
  const places = { claude: extension, headers: options.headers, metadata };
  const claude = parseClaudeSettings(places, parsePart, CHAT_ONLY);
  return {
    model: request.model,
    ...parsePrompt(request, options),
    sampling: parseSampling(request),
    ...readUserId(metadata),
    parameterNames: messagesParameterNames(request),
    ...(outputFormat && { outputFormat }),
    isStream: request.stream ?? false,
    thinking: parseThinkingDisplay(request),
    claude,
    ignored: listIgnoredFields(request, claude),
  };
}

/** Reads the decoded JSON of a request for counting tokens. */
export function parseCountRequest(body: unknown, options: MessagesRequestOptions): CountRequest {
  const request = parsePart(promptSchema, body);
  return { model: request.model, ...parsePrompt(request, options) };
}

function parsePrompt(body: PromptBody, { isContinuation }: MessagesRequestOptions): MarkedPrompt {
  rejectForeignTools(body);
  requireGoodMarks(body);
  const { leading, messages } = parseMessages(body.messages, isContinuation);
  const texts = [...parseSystem(body.system), ...leading.flatMap(textsOf)];
  return {
    systemText: texts.map(({ text }) => text).join("\n\n"),
    ...(texts.some(({ cache }) => cache) && { systemParts: texts }),
    messages,
    tools: parseTools(body),
    ...readMark(body),
  };
}

/** Refused with a code on which clients send the whole conversation instead, as they do without threads. */
function rejectThread(thread: unknown): void {
  if (thread === undefined || thread === null) return;
  const message = "thread: Threads are not supported by this server. Send the whole conversation without it.";
  throw new RequestError(THREADS_UNSUPPORTED, message, "thread");
}

/** Says where to cache: where Claude Code decides that itself, the answer stays the same. */
const WITHOUT_MEANING = new Set(["cache_control"]);

/** The names of fields that were accepted without effect. */
function listIgnoredFields(
  body: MessagesRequestBody,
  claude: Pick<ClaudeSettings, "ignored">,
): readonly string[] {
  const names = Object.keys(body).filter(
    (name) =>
      (name === "metadata" ? hasLabels(body) : !Object.hasOwn(messagesRequestSchema.shape, name)) &&
      !WITHOUT_MEANING.has(name) &&
      body[name] !== null,
  );
  names.push(...claude.ignored);
  return reportedNames(names);
}

/** Whether the metadata holds anything besides the user's id and settings, which are reported one by one. */
function hasLabels({ metadata }: MessagesRequestBody): boolean {
  const { endUserId } = readUserId(metadata);
  const keys = Object.keys(metadata ?? {});
  const others = keys.filter((key) => key !== "user_id" || endUserId === undefined);
  return keys.length === 0 || others.some((key) => !key.startsWith("claude."));
}

/** The API takes no longer one. */
const MAX_USER_ID = 256;

function readUserId(metadata: MessagesRequestBody["metadata"]): Pick<MessagesRequest, "endUserId"> {
  const id = metadata?.["user_id"];
  return typeof id === "string" && id.length <= MAX_USER_ID ? { endUserId: id } : {};
}

/** As a client, Claude Code begins with a line for the API's bookkeeping. It is not for the model and differs each time. */
const BOOKKEEPING = "x-anthropic-billing-header";

/** The blocks of the system text. */
function parseSystem(system: PromptBody["system"]): readonly TextPart[] {
  if (!system) return [];
  const blocks = typeof system === "string" ? [{ text: system }] : system;
  return blocks.flatMap((block) => {
    const { text } = block;
    return text === "" || text.startsWith(BOOKKEEPING) ? [] : [{ type: "text", text, ...readMark(block) }];
  });
}

/** The pieces of a system message; without a mark it is one. */
function textsOf(message: InputMessage): readonly TextPart[] {
  const texts = message.content.filter((part) => part.type === "text");
  return texts.some(({ cache }) => cache) ? texts : [{ type: "text", text: messageText(message) }];
}

/** The betas with which a client sends tools that the model sees only after searching for them. */
const TOOL_SEARCH = /\b(?:advanced-tool-use|tool-search-tool)-\d{4}-\d{2}-\d{2}\b/g;

/**
 * Claude Code cannot load tools later. A client that asks for that with a beta is refused with the API's message for an unknown
 * beta: as a client, Claude Code then immediately sends all of its tools instead, and keeps doing so.
 * @throws RequestError
 */
function rejectToolSearch({ tools }: PromptBody, headers: Readonly<Record<string, string>>): void {
  if (!tools?.some((tool) => tool["defer_loading"] === true)) return;
  const betas = headers["anthropic-beta"]?.match(TOOL_SEARCH) ?? [];
  if (betas.length === 0) return;
  const names = betas.map((beta) => `\`${beta}\``).join(", ");
  throw new RequestError(
    null,
    `Unexpected value(s) ${names} for the \`anthropic-beta\` header. This server takes no tools that are loaded later ` +
      "(`defer_loading`): send all tools without it.",
  );
}

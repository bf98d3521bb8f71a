import { MAX_TEMPERATURE } from "../../core/words/sampling.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { asksForSomething, type AsksForNothing } from "../asks-for-something.ts";
import { readMark } from "../cache-control.ts";
import { keepGoodMarks } from "./keep-good-marks.ts";
import { parseBody } from "../parse-body.ts";
import { checkOpenAiSetting } from "../claude-settings/check-setting.ts";
import type { ClaudeSettings } from "../claude-settings/claude-settings.ts";
import { parseClaudeSettings, type SettingPlaces } from "../claude-settings/parse-claude-settings.ts";
import { type ChatRequestBody, chatRequestSchema } from "./chat-request-schema.ts";
import { type ChatMessagesOptions, parseChatMessages } from "./parse-chat-messages.ts";
import { chatParameterNames, parseChatSampling } from "./parse-chat-sampling.ts";
import { parseChatTools } from "./parse-chat-tools.ts";
import type { ParameterNames } from "../parameter-names.ts";
import { parseMetadata } from "../parse-metadata.ts";
import { parseReasoningForm, type ReasoningForm } from "./parse-thinking.ts";
import { isHostedTool, reportedTool } from "../hosted-tools.ts";
import { reportedNames } from "../reported-names.ts";
import type { OutputFormat } from "../../core/words/output-format.ts";
import { parseFormat, parseJsonFormat } from "../json-schema/parse-json-format.ts";
import { missingParameter, unsupportedParameter } from "../request-error.ts";
import { isGiven } from "../is-given.ts";

/** What a chat completion asks for: its share of a `TurnRequest`, and how it wants the answer. */
export interface ChatRequest extends Pick<
  TurnRequest,
  "systemText" | "systemParts" | "cache" | "messages" | "sampling" | "tools" | "outputFormat"
> {
  /** As sent; it may have a conversation suffix. */
  readonly model: string;
  readonly isStream: boolean;
  readonly includeUsage: boolean;
  /** How many answers are wanted (`n`), 1 to 128. */
  readonly branchCount: number;
  /** The client declared `functions`, so calls are returned as `function_call`. */
  readonly isLegacyFunctions: boolean;
  readonly reasoning: ReasoningForm;
  /** The client's settings for Turnpike itself. */
  readonly claude: ClaudeSettings;
  /** Whether to store the completion for later retrieval, with this metadata. */
  readonly store: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** The client's own name for the user it serves (`safety_identifier`, else `user`); for records. */
  readonly endUser?: string;
  readonly parameterNames: ParameterNames;
  /** Parameters that were accepted without effect. */
  readonly ignored: readonly string[];
}

export interface ChatRequestOptions extends ChatMessagesOptions {
  readonly headers?: SettingPlaces["headers"];
}

/**
 * Reads the decoded JSON of a chat completion request.
 * @throws RequestError naming the first part that is wrong or cannot be served.
 */
export function parseChatRequest(body: unknown, options: ChatRequestOptions = {}): ChatRequest {
  const request = parseBody(chatRequestSchema, body);
  rejectUnsupported(request);
  const outputFormat = parseOutputFormat(request);
  const metadata = parseMetadata(request.metadata);
  const claude = parseClaudeSettings(
    { claude: request.claude, headers: options.headers, metadata },
    checkOpenAiSetting,
  );
  const endUser = request.safety_identifier ?? request.user ?? undefined;
  const read = {
    ...parseChatMessages(request.messages, options),
    ...parseChatTools(request),
    ...readMark(request),
  };
  const kept = keepGoodMarks(read);
  return {
    ...kept,
    sampling: parseChatSampling(request),
    parameterNames: chatParameterNames(request),
    reasoning: parseReasoningForm(request),
    ...(outputFormat !== undefined && { outputFormat }),
    model: request.model,
    isStream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    branchCount: request.n ?? 1,
    claude,
    store: request.store ?? false,
    metadata,
    ...(endUser !== undefined && { endUser }),
    ignored: [...listIgnoredParameters(request, claude), ...(kept === read ? [] : [MARK])],
  };
}

const MARK = "cache_control";

/** For parameters that have no effect here: the values that ask for nothing beyond what happens anyway. */
const ASKS_FOR_NOTHING: AsksForNothing = {
  logit_bias: (value) => typeof value === "object" && value !== null && Object.keys(value).length === 0,
  [MARK]: (value) => readMark({ [MARK]: value }).cache !== undefined,
};

/**
 * The names of the parameters that were accepted without effect: those of OpenAI's that Claude cannot use (`seed`, `logit_bias`
 * …), unknown ones, hosted tools, ignored settings in `claude`, and a temperature that had to be lowered.
 */
function listIgnoredParameters(
  body: ChatRequestBody,
  claude: Pick<ClaudeSettings, "ignored">,
): readonly string[] {
  const names = Object.keys(body).filter(
    (name) =>
      !Object.hasOwn(chatRequestSchema.shape, name) && asksForSomething(name, body[name], ASKS_FOR_NOTHING),
  );
  if ((body.temperature ?? 0) > MAX_TEMPERATURE) names.push("temperature");
  if (body.stream_options?.["include_obfuscation"] === true) names.push("stream_options.include_obfuscation");
  const types = new Set((body.tools ?? []).map(({ type }) => type));
  names.push(...[...types].filter(isHostedTool).map(reportedTool));
  names.push(...claude.ignored);
  return reportedNames(names);
}

const RESPONSE_FORMAT = "response_format";

/**
 * The format that `response_format` demands; undefined for plain text. `strict` makes no difference: an answer always fits its
 * schema.
 * @throws RequestError when there is no such format, or its schema cannot be enforced.
 */
function parseOutputFormat(body: ChatRequestBody): OutputFormat | undefined {
  const format = body.response_format;
  return parseFormat(format?.type, RESPONSE_FORMAT, () => {
    if (!format?.json_schema) throw missingParameter(`${RESPONSE_FORMAT}.json_schema`);
    return parseJsonFormat(format.json_schema, `${RESPONSE_FORMAT}.json_schema`, RESPONSE_FORMAT);
  });
}

/**
 * Refuses parameters that would change the answer and cannot be honoured. A value that asks for nothing (`logprobs: false`)
 * passes.
 * @throws RequestError
 */
function rejectUnsupported(body: ChatRequestBody): void {
  if (body.logprobs) throw unsupportedParameter("logprobs", "Claude gives no log probabilities.");
  if (body.top_logprobs) throw unsupportedParameter("top_logprobs", "Claude gives no log probabilities.");
  if (body.modalities?.some((modality) => modality !== "text")) {
    throw unsupportedParameter("modalities", "Answers are text; use ['text'] or leave it out.");
  }
  if (isGiven(body.audio)) throw unsupportedParameter("audio", "Answers are text.");
  if (isGiven(body.moderation)) {
    throw unsupportedParameter("moderation", "Nothing here could do what it asks for; leave it out.");
  }
  if (isGiven(body.web_search_options)) {
    throw unsupportedParameter("web_search_options", "Claude Code searches the web with its own tools.");
  }
}

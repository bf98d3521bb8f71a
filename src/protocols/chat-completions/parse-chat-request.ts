import type { TurnRequest } from "../../core/words/turn-request.ts";
import { parseBody } from "../parse-body.ts";
import { checkOpenAiSetting } from "../claude-settings/check-setting.ts";
import type { ClaudeSettings } from "../claude-settings/claude-settings.ts";
import { parseClaudeSettings, type SettingPlaces } from "../claude-settings/parse-claude-settings.ts";
import { chatRequestSchema } from "./chat-request-schema.ts";
import { listIgnoredParameters } from "./list-ignored-parameters.ts";
import { parseChatMessages, type ChatMessagesOptions } from "./parse-chat-messages.ts";
import { chatParameterNames, parseChatSampling } from "./parse-chat-sampling.ts";
import { parseChatTools } from "./parse-chat-tools.ts";
import type { ParameterNames } from "../parameter-names.ts";
import { parseMetadata } from "../parse-metadata.ts";
import { parseOutputFormat } from "./parse-output-format.ts";
import { parseReasoningForm, type ReasoningForm } from "./parse-thinking.ts";
import { rejectUnsupported } from "./reject-unsupported.ts";

/** It is kept with each turn, so it may not be a book. */
const MAX_END_USER_LENGTH = 512;

/** What a chat completion asks for: its share of a `TurnRequest`, and how it wants the answer. */
export interface ChatRequest extends Pick<
  TurnRequest,
  "systemText" | "messages" | "sampling" | "tools" | "outputFormat"
> {
  /** As sent, maybe with a conversation suffix. */
  readonly model: string;
  readonly isStream: boolean;
  readonly includeUsage: boolean;
  /** How many answers are wanted (`n`), 1 to 128. */
  readonly branchCount: number;
  /** The client spoke of `functions`, so calls go back as `function_call`. */
  readonly isLegacyFunctions: boolean;
  readonly reasoning: ReasoningForm;
  /** What it wants of Turnpike itself. */
  readonly claude: ClaudeSettings;
  /** The completion is to be kept for later retrieval, with this metadata. */
  readonly store: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whom the client serves, in its own words (`safety_identifier`, else `user`); for records. */
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
  return {
    ...parseChatMessages(request.messages, options),
    ...parseChatTools(request),
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
    ...(endUser !== undefined && { endUser: endUser.slice(0, MAX_END_USER_LENGTH) }),
    ignored: listIgnoredParameters(request, claude),
  };
}

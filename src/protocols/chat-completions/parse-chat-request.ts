import type { TurnRequest } from "../../core/turn-request.ts";
import { parseBody } from "../parse-body.ts";
import { chatRequestSchema } from "./chat-request-schema.ts";
import { listIgnoredParameters } from "./list-ignored-parameters.ts";
import { parseChatMessages } from "./parse-chat-messages.ts";
import { parseChatSampling } from "./parse-chat-sampling.ts";
import { rejectUnsupported } from "./reject-unsupported.ts";

/** What a chat completion asks for: its share of a `TurnRequest`, and how it wants the answer. */
export interface ChatRequest extends Pick<TurnRequest, "systemText" | "messages" | "sampling"> {
  /** As sent, maybe with a conversation suffix. */
  readonly model: string;
  readonly isStream: boolean;
  readonly includeUsage: boolean;
  /** Parameters that were accepted without effect. */
  readonly ignored: readonly string[];
}

/**
 * Reads the decoded JSON of a chat completion request.
 * @throws RequestError naming the first part that is wrong or cannot be served.
 */
export function parseChatRequest(body: unknown): ChatRequest {
  const request = parseBody(chatRequestSchema, body);
  rejectUnsupported(request);
  return {
    ...parseChatMessages(request.messages),
    sampling: parseChatSampling(request),
    model: request.model,
    isStream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    ignored: listIgnoredParameters(request),
  };
}

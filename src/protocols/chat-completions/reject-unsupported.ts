import { isGiven } from "../is-given.ts";
import { unsupportedParameter } from "../request-error.ts";
import type { ChatRequestBody } from "./chat-request-schema.ts";

/**
 * Refuses what would change the answer and cannot be honoured. A value that asks for nothing (`logprobs: false`) passes.
 * @throws RequestError
 */
export function rejectUnsupported(body: ChatRequestBody): void {
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

import { unsupportedParameter, unsupportedValue } from "../request-error.ts";
import type { ChatRequestBody } from "./chat-request-schema.ts";

const NO_CLIENT_TOOLS = "Client tools are not served yet; leave it out.";

/**
 * Refuses what would change the answer and cannot be honoured. A value that asks for nothing (`n: 1`, `tools: []`) passes.
 * @throws RequestError
 */
export function rejectUnsupported(body: ChatRequestBody): void {
  if ((body.n ?? 1) !== 1) {
    throw unsupportedValue("n", String(body.n), "Only the default (1) value is supported.");
  }
  if (body.logprobs) throw unsupportedParameter("logprobs", "Claude gives no log probabilities.");
  if (body.top_logprobs) throw unsupportedParameter("top_logprobs", "Claude gives no log probabilities.");
  if (body.modalities?.some((modality) => modality !== "text")) {
    throw unsupportedParameter("modalities", "Answers are text; use ['text'] or leave it out.");
  }
  if (isPresent(body.audio)) throw unsupportedParameter("audio", "Answers are text.");
  if (isPresent(body.web_search_options)) {
    throw unsupportedParameter("web_search_options", "Claude Code searches the web with its own tools.");
  }
  const format = body.response_format?.type ?? "text";
  if (format !== "text") {
    throw unsupportedValue("response_format.type", format, "Only 'text' is supported for now.");
  }
  if (body.tools?.length) throw unsupportedParameter("tools", NO_CLIENT_TOOLS);
  if (body.functions?.length) throw unsupportedParameter("functions", NO_CLIENT_TOOLS);
  if (demandsTool(body.tool_choice)) throw unsupportedParameter("tool_choice", NO_CLIENT_TOOLS);
  if (demandsTool(body.function_call)) throw unsupportedParameter("function_call", NO_CLIENT_TOOLS);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function demandsTool(choice: unknown): boolean {
  return isPresent(choice) && choice !== "auto" && choice !== "none";
}

import { AppError } from "../words/app-error.ts";
import type { Message } from "../words/message.ts";

/**
 * Makes sure that new messages bring the results of exactly these calls: the calls that an answer left open must be answered
 * before the conversation continues, and no other calls can be.
 * @throws AppError `invalid-request`
 */
export function requireToolResults(openCallIds: readonly string[], newMessages: readonly Message[]): void {
  const given = newMessages.flatMap((message) => (message.role === "tool" ? message.content : []));
  const givenIds = new Set(given.map((result) => result.callId));
  const missing = openCallIds.filter((id) => !givenIds.has(id));
  if (missing.length > 0) {
    throw badResults(
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${missing.join(", ")}`,
    );
  }
  const open = new Set(openCallIds);
  const unknown = [...givenIds].filter((id) => !open.has(id));
  if (unknown.length > 0) {
    throw badResults(
      `A tool result must answer a tool call of the message before it. There is no open call with the id ${unknown.join(", ")}.`,
    );
  }
}

function badResults(message: string): AppError {
  return new AppError({ kind: "invalid-request", message, param: "messages" });
}

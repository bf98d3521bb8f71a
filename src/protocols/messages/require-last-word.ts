import type { Message } from "../../core/words/message.ts";
import { parameterError } from "./parameter-error.ts";

/**
 * Most models do not go on from the beginning of an answer.
 * @throws RequestError in the API's own words when an answer comes last
 */
export function requireLastWord(messages: readonly Message[]): void {
  if (messages.at(-1)?.role !== "assistant") return;
  throw parameterError(
    [],
    "This model does not support assistant message prefill. The conversation must end with a user message.",
  );
}

import type { Message } from "../../core/words/message.ts";
import { parameterError } from "./parameter-error.ts";

/**
 * Refuses an answer as the last message: most models cannot continue the beginning of an answer.
 * @throws RequestError in the API's own words
 */
export function requireLastWord(messages: readonly Message[]): void {
  if (messages.at(-1)?.role !== "assistant") return;
  throw parameterError(
    [],
    "This model does not support assistant message prefill. The conversation must end with a user message.",
  );
}

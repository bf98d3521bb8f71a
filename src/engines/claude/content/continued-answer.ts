import { isRecord } from "../../../lib/is-record.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";

/** Asks a model to continue its last answer, when the model does not accept the beginning of an answer from a client. */
export const CONTINUE_WORDS =
  "Continue your last message from exactly where it ends. Write only what comes next: repeat nothing of it, and begin with no introduction.";

/** Asks for the whole answer where it has a format: the rest of one would not be in it. OpenAI's models answer anew then, too. */
export const WHOLE_ANSWER_WORDS =
  "Your last message was not the complete answer, and nobody has used it. Give the complete answer now, from its beginning.";

/** Claude Code needs a message for every turn. The request's own messages replace this one, so no model reads it. */
export const STAND_IN = "(The answer goes on.)";

/**
 * A history as messages of the Messages API, whose last answer the model continues by itself. Undefined when the history does not
 * end with a text. The API accepts no white space at the end, and no thinking in an answer that is to be continued.
 */
export function prefilledMessages(
  history: readonly TranscriptEntry[],
): readonly TranscriptEntry[] | undefined {
  const messages = history.map(({ role, content }): TranscriptEntry => ({ role, content }));
  const last = messages.pop();
  if (last?.role !== "assistant") return undefined;
  const blocks = (Array.isArray(last.content) ? last.content : []).filter(isRecord);
  const said = blocks.filter((block) => !String(block["type"]).includes("thinking"));
  const end = said.pop();
  const text = typeof end?.["text"] === "string" ? end["text"].trimEnd() : "";
  return text === "" ? undefined : [...messages, { role: "assistant", content: [...said, { ...end, text }] }];
}

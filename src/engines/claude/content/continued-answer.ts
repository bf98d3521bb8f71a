import { isRecord } from "../../../lib/is-record.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";

/** Asks a model that takes no beginning of an answer from a client to go on from its last one. */
export const CONTINUE_WORDS =
  "Continue your last message from exactly where it ends. Write only what comes next: repeat nothing of it, and begin with no introduction.";

/** Claude Code wants a message for every turn. The request's own messages take its place, so no model reads it. */
export const STAND_IN = "(The answer goes on.)";

/**
 * A history whose last answer the model goes on from by itself, as messages of the Messages API. Undefined when it does not end with
 * a text. The API takes no white space at the end, and no thinking in an answer that is to go on.
 */
export function prefilledMessages(history: readonly TranscriptEntry[]): readonly object[] | undefined {
  const messages = history.map(({ role, content }) => ({ role, content }));
  const last = messages.pop();
  if (last?.role !== "assistant") return undefined;
  const blocks = (Array.isArray(last.content) ? last.content : []).filter(isRecord);
  const said = blocks.filter((block) => !String(block["type"]).includes("thinking"));
  const end = said.pop();
  const text = typeof end?.["text"] === "string" ? end["text"].trimEnd() : "";
  return text === ""
    ? undefined
    : [...messages, { role: "assistant", content: [...said, { type: "text", text }] }];
}

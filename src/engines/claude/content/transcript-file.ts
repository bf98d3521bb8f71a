import { randomUUID } from "node:crypto";

import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { type PrivateFile, writePrivateFile } from "../private-file.ts";

/**
 * Writes a history in the form that Claude Code resumes from: one JSON line per message, each pointing to the one before.
 * The file lies in Turnpike's own folder, never among the person's sessions.
 */
export function writeTranscriptFile(
  folder: string,
  entries: readonly TranscriptEntry[],
  now: number,
): Promise<PrivateFile> {
  // Claude Code takes the session id from the file's name, which must be a UUID.
  return writePrivateFile(folder, `${randomUUID()}.jsonl`, formatTranscript(entries, now));
}

/**
 * Claude Code drops an entry without a timestamp, everything before an entry without a parent, and the thinking of an answer that
 * does not name the model in use. After an unanswered message it would insert an answer of its own, "No response requested.",
 * unless the answer to that message has failed, so the file says that it has.
 */
export function formatTranscript(entries: readonly TranscriptEntry[], now: number): string {
  const timestamp = new Date(now).toISOString();
  let parentUuid: string | null = null;
  let text = "";
  const add = (fields: object) => {
    const uuid = randomUUID();
    text += `${JSON.stringify({ uuid, parentUuid, timestamp, ...fields })}\n`;
    parentUuid = uuid;
  };
  for (const { role, content, model } of entries) add({ type: role, message: { role, model, content } });
  if (entries.at(-1)?.role === "user") add(FAILED_ANSWER);
  return text;
}

/** Never sent to the model. */
const FAILED_ANSWER = {
  type: "assistant",
  isApiErrorMessage: true,
  error: "unknown",
  message: {
    id: "msg_failed",
    role: "assistant",
    model: "<synthetic>",
    content: [{ type: "text", text: "The request failed." }],
    stop_reason: "stop_sequence",
  },
};

import { randomUUID } from "node:crypto";

import type { TranscriptEntry } from "../../../core/transcript.ts";
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
  // Claude Code takes the session id from the name, which must be a UUID.
  return writePrivateFile(folder, `${randomUUID()}.jsonl`, formatTranscript(entries, now));
}

/**
 * Claude Code drops an entry without a timestamp, everything before an entry without its parent, and the thinking of an
 * answer that does not name the model in use.
 */
export function formatTranscript(entries: readonly TranscriptEntry[], now: number): string {
  const timestamp = new Date(now).toISOString();
  let parentUuid: string | null = null;
  let text = "";
  for (const { role, content, model } of entries) {
    const uuid = randomUUID();
    text += `${JSON.stringify({ type: role, uuid, parentUuid, timestamp, message: { role, model, content } })}\n`;
    parentUuid = uuid;
  }
  return text;
}

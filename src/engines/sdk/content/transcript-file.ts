import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { TranscriptEntry } from "../../../core/transcript.ts";

/** A history on disk for as long as Claude Code needs to read it. */
export interface TranscriptFile extends AsyncDisposable {
  readonly path: string;
}

/**
 * Writes a history in the form that Claude Code resumes from: one JSON line per message, each pointing to the one before.
 * The file lies in Turnpike's own folder, never among the person's sessions, and only its owner can read it.
 */
export async function writeTranscriptFile(
  folder: string,
  entries: readonly TranscriptEntry[],
  now: number,
): Promise<TranscriptFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Claude Code takes the session id from the name, which must be a UUID.
  const path = join(folder, `${randomUUID()}.jsonl`);
  await writeFile(path, formatTranscript(entries, now), { mode: 0o600 });
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
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

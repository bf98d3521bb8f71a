import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ConversationId } from "../../core/words/ids.ts";
import { isRecord } from "../../lib/is-record.ts";
import { readJson } from "../../lib/read-json.ts";
import { isMissing } from "./tree-entry.ts";
import { sha256 } from "../../lib/sha256.ts";

/** A conversation folder's record, stored beside it. It is written last: a folder without a marker is incomplete. */
export interface FolderMarker {
  readonly conversationId: ConversationId;
  readonly isolation: "worktree" | "copy";
  /** Absolute path of what was copied: the workspace, or the repository that contains it. */
  readonly source: string;
  /** The workspace's path in the source, parts joined by `/`; empty when it is the source itself. */
  readonly subfolder: string;
  /** For a worktree: the commit it started from. */
  readonly commit?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The paths that belong to one conversation. */
export interface FolderPaths {
  /** The folder that the conversation works in. */
  readonly folder: string;
  /** The workspace as it was when the folder was made, with only the files whose changes count. */
  readonly pristine: string;
  /** Stamps of the files, which save reading all of them. */
  readonly stamps: string;
  readonly marker: string;
}

export function folderPaths(isolationRoot: string, conversationId: ConversationId): FolderPaths {
  const folder = join(isolationRoot, fileName(conversationId));
  return {
    folder,
    pristine: `${folder}.base`,
    stamps: `${folder}.stamps`,
    marker: `${folder}.json`,
  };
}

/** Ids that the server made are used as file names; any other id is hashed. */
function fileName(conversationId: string): string {
  if (/^[a-z0-9_-]{1,100}$/.test(conversationId)) return conversationId;
  return `conv-${sha256(conversationId).slice(0, 32)}`;
}

export async function readMarker(path: string): Promise<FolderMarker | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return parseMarker(text);
}

/** Atomic, even if the machine stops in between. */
export async function writeMarker(path: string, marker: FolderMarker): Promise<void> {
  const unfinished = `${path}.new`;
  try {
    await writeFile(unfinished, `${JSON.stringify(marker, null, 2)}\n`, { mode: 0o600, flush: true });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function parseMarker(text: string): FolderMarker | undefined {
  const value = readJson(text);
  if (!isRecord(value)) return undefined;
  const { conversationId, isolation, source, subfolder, commit, createdAt } = value;
  if (typeof conversationId !== "string" || typeof source !== "string" || typeof subfolder !== "string") {
    return undefined;
  }
  if ((isolation !== "worktree" && isolation !== "copy") || typeof createdAt !== "number") return undefined;
  return {
    // Proof for the cast: the server itself wrote the conversation's id here.
    conversationId: conversationId as ConversationId,
    isolation,
    source,
    subfolder,
    ...(typeof commit === "string" ? { commit } : {}),
    createdAt,
  };
}

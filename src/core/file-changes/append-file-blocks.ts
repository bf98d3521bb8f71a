import type { FileChange } from "../words/file-change.ts";
import type { EngineEvent, EventStage, TurnEnd } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";
import { languageOf } from "./language-of.ts";

/** Nobody reads a longer file in a chat. */
const MAX_FILE_BYTES = 256 * 1024;
/** For all files of an answer together. */
const MAX_TOTAL_BYTES = 1024 * 1024;
/** Maximum number of omitted files to name. */
const MAX_NAMES = 20;

/** A file's content after the turn; undefined when it is not kept. */
export type LoadContent = (contentId: string) => Promise<Uint8Array | undefined>;

/**
 * Appends the files that the turn created or changed to the answer's text, if the request wants that: a fenced block for each,
 * with its language and path. The blocks are part of the answer as the client sees it, so this runs before the answer is
 * recorded and after `shapeAnswer`, which handles what Claude says. An answer in JSON has no place for them, nor has one that
 * ends in calls, which no text may follow.
 */
export function appendFileBlocks(
  { includesFiles, outputFormat }: Pick<TurnRequest, "includesFiles" | "outputFormat">,
  loadContent: LoadContent,
): readonly EventStage[] {
  return includesFiles && !outputFormat ? [appendBlocks(loadContent)] : [];
}

function appendBlocks(loadContent: LoadContent): EventStage {
  let changes: readonly FileChange[] = [];
  let hasCalls = false;
  let tail = "";
  const endWith = async (end: TurnEnd): Promise<readonly EngineEvent[]> => {
    const texts: EngineEvent[] = [];
    for (const block of await fileBlocks(changes, loadContent)) {
      const gap = tail === "" || tail === "\n\n" ? "" : tail.endsWith("\n") ? "\n" : "\n\n";
      tail = block.slice(-2);
      texts.push({ type: "text-delta", text: gap + block });
    }
    return [...texts, end];
  };
  return {
    of(event) {
      if (event.type === "text-delta") tail = (tail + event.text).slice(-2);
      if (event.type === "tool-call-start" || event.type === "approval-request") hasCalls = true;
      if (event.type === "file-changes") changes = event.changes;
      const takesBlocks = event.type === "turn-end" && event.reason !== "tool-calls" && !hasCalls;
      return takesBlocks && changes.length > 0 ? endWith(event) : [event];
    },
  };
}

async function fileBlocks(
  changes: readonly FileChange[],
  loadContent: LoadContent,
): Promise<readonly string[]> {
  const blocks: string[] = [];
  const leftOut: string[] = [];
  let roomBytes = MAX_TOTAL_BYTES;
  for (const change of changes) {
    if (!hasNewContent(change)) continue;
    const bytes = await load(change, loadContent);
    const isSmall = bytes !== undefined && bytes.length <= Math.min(MAX_FILE_BYTES, roomBytes);
    const text = isSmall ? decodeText(bytes) : undefined;
    if (text === undefined) {
      leftOut.push(change.path);
      continue;
    }
    roomBytes -= bytes?.length ?? 0;
    blocks.push(fileBlock(change.path, text));
  }
  return leftOut.length > 0 ? [...blocks, noteOn(leftOut)] : blocks;
}

/** A file that was only renamed has no new content. */
function hasNewContent({ type, diff }: FileChange): boolean {
  if (type === "renamed") return diff !== undefined && /^@@/m.test(diff);
  return type !== "deleted";
}

async function load({ contentId }: FileChange, loadContent: LoadContent): Promise<Uint8Array | undefined> {
  if (contentId === undefined) return undefined;
  try {
    return await loadContent(contentId);
  } catch {
    // The answer is worth more than this file, which is listed as left out.
    return undefined;
  }
}

/** Undefined when the bytes are not text. */
function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function fileBlock(path: string, text: string): string {
  const longestRun = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const fence = "`".repeat(Math.max(3, longestRun + 1));
  const end = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${fence}${languageOf(path)} path=${showPath(path)}\n${text}${end}${fence}`;
}

/**
 * The path as it is, or as JSON text where white space, quotes or backticks in it would break the word, the line or the fence.
 */
function showPath(path: string): string {
  return /^[^\s"`]+$/.test(path) ? path : JSON.stringify(path).replaceAll("`", "\\u0060");
}

function noteOn(paths: readonly string[]): string {
  const names = paths.slice(0, MAX_NAMES).map(showPath).join(", ");
  const more = paths.length > MAX_NAMES ? ` and ${paths.length - MAX_NAMES} more` : "";
  return `(Changed as well, but no text or too large to show: ${names}${more}.)`;
}

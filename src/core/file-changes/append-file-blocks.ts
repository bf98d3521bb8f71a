import type { FileChange } from "../words/file-change.ts";
import type { EngineEvent } from "../words/turn-event.ts";
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
  events: AsyncIterable<EngineEvent>,
  { includesFiles, outputFormat }: Pick<TurnRequest, "includesFiles" | "outputFormat">,
  loadContent: LoadContent,
): AsyncIterable<EngineEvent> {
  return includesFiles && !outputFormat ? appendBlocks(events, loadContent) : events;
}

async function* appendBlocks(
  events: AsyncIterable<EngineEvent>,
  loadContent: LoadContent,
): AsyncGenerator<EngineEvent> {
  let changes: readonly FileChange[] = [];
  let hasCalls = false;
  let tail = "";
  for await (const event of events) {
    if (event.type === "text-delta") tail = (tail + event.text).slice(-2);
    if (event.type === "tool-call-start" || event.type === "approval-request") hasCalls = true;
    if (event.type === "file-changes") changes = event.changes;
    if (event.type === "turn-end" && event.reason !== "tool-calls" && !hasCalls) {
      for await (const block of fileBlocks(changes, loadContent)) {
        const gap = tail === "" || tail === "\n\n" ? "" : tail.endsWith("\n") ? "\n" : "\n\n";
        tail = block.slice(-2);
        yield { type: "text-delta", text: gap + block };
      }
    }
    yield event;
  }
}

async function* fileBlocks(
  changes: readonly FileChange[],
  loadContent: LoadContent,
): AsyncGenerator<string, void, undefined> {
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
    yield fileBlock(change.path, text);
  }
  if (leftOut.length > 0) yield noteOn(leftOut);
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

/** The path as it is, or as JSON text where it would break the info string, the line or the fence. */
function showPath(path: string): string {
  return /^[^\s"`]+$/.test(path) ? path : JSON.stringify(path).replaceAll("`", "\\u0060");
}

function noteOn(paths: readonly string[]): string {
  const names = paths.slice(0, MAX_NAMES).map(showPath).join(", ");
  const more = paths.length > MAX_NAMES ? ` and ${paths.length - MAX_NAMES} more` : "";
  return `(Changed as well, but no text or too large to show: ${names}${more}.)`;
}

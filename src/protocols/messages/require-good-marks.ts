import { z } from "zod";

import { findMisplaced, MAX_MARKS } from "../../core/requests/cache-marks.ts";
import type { CacheMark } from "../../core/words/cache-mark.ts";
import { isRecord } from "../../lib/is-record.ts";
import { readMark } from "../cache-control.ts";
import { RequestError } from "../request-error.ts";
import type { BlockBody, PromptBody } from "./messages-request-schema.ts";
import { parameterError, type Path, spellPath } from "./parameter-error.ts";
import { parsePart } from "./parse-part.ts";

const controlSchema = z.looseObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).nullish() });

interface PlacedMark {
  readonly path: Path;
  readonly mark: CacheMark;
}

/**
 * Refuses what the API refuses about `cache_control`, wherever the turn will run.
 * @throws RequestError worded as the API words it
 */
export function requireGoodMarks(body: PromptBody): void {
  const marks = [...placedMarks(body)];
  if (marks.length > MAX_MARKS) {
    const message = `A maximum of ${MAX_MARKS} blocks with cache_control may be provided. Found ${marks.length}.`;
    throw new RequestError(null, message, "cache_control");
  }
  const late = marks[findMisplaced(marks.map(({ mark }) => mark))];
  if (!late) return;
  throw parameterError(
    [...late.path, "cache_control", "ttl"],
    "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in " +
      "the following order: `tools`, `system`, `messages`.",
  );
}

/** In the order in which the API reads what they stand on. */
function* placedMarks(body: PromptBody): Generator<PlacedMark> {
  for (const [index, tool] of (body.tools ?? []).entries()) yield* markOf(tool, ["tools", index]);
  const { system } = body;
  if (Array.isArray(system)) yield* marksOf(system, ["system"]);
  for (const [index, { content }] of body.messages.entries()) {
    if (typeof content !== "string") yield* marksOf(content, ["messages", index, "content"]);
  }
  yield* markOf(body, []);
}

/** Of a list of blocks, and of those inside them. */
function* marksOf(blocks: readonly BlockBody[], path: Path): Generator<PlacedMark> {
  for (const [index, block] of blocks.entries()) {
    const blockPath = [...path, index];
    const { content, source } = block;
    if (isBlocks(content)) yield* marksOf(content, [...blockPath, block.type, "content"]);
    if (isRecord(source) && isBlocks(source["content"])) {
      yield* marksOf(source["content"], [...blockPath, block.type, "source", "content"]);
    }
    if (!isGiven(block)) continue;
    if (block.type === "thinking" || block.type === "redacted_thinking") {
      throw parameterError([...blockPath, block.type, "cache_control"], "Extra inputs are not permitted");
    }
    if (block["text"] === "") {
      const where = spellPath([...blockPath, ...(path[0] === "system" ? [] : ["text"])]);
      const message = `${where}: cache_control cannot be set for empty text blocks`;
      throw new RequestError(null, message, spellPath(blockPath));
    }
    yield* markOf(block, path[0] === "system" ? blockPath : [...blockPath, block.type]);
  }
}

function* markOf(holder: Readonly<Record<string, unknown>>, path: Path): Generator<PlacedMark> {
  if (!isGiven(holder)) return;
  parsePart(controlSchema, holder["cache_control"], [...path, "cache_control"]);
  const { cache: mark } = readMark(holder);
  if (mark) yield { path, mark };
}

function isGiven(holder: Readonly<Record<string, unknown>>): boolean {
  return holder["cache_control"] !== undefined && holder["cache_control"] !== null;
}

function isBlocks(content: unknown): content is readonly BlockBody[] {
  return (
    Array.isArray(content) && content.every((block) => isRecord(block) && typeof block["type"] === "string")
  );
}

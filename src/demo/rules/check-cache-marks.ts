import { isRecord } from "../../lib/is-record.ts";
import { innerBlocks, placedBlocks, systemBlocks } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

const MAX_MARKS = 4;

interface Mark {
  path: string;
  ttl: string;
}

/** `cache_control`: how many, and in which order. Thinking blocks have no such field at all. */
export function checkCacheMarks({ body }: ApiRequest): Problem | undefined {
  const marks: Mark[] = [];
  const note = (holder: Readonly<Record<string, unknown>>, path: string) => {
    const control = holder["cache_control"];
    if (isRecord(control)) marks.push({ path, ttl: String(control["ttl"] ?? "5m") });
  };
  for (const [index, tool] of (body.tools ?? []).entries()) note(tool, `tools.${index}`);
  for (const [index, block] of systemBlocks(body).entries()) note(block, `system.${index}`);
  for (const { block, path } of placedBlocks(body)) {
    note(block, path);
    for (const [index, inner] of innerBlocks(block).entries()) note(inner, `${path}.content.${index}`);
  }
  // A mark on the request itself caches up to the last block and counts as one of the marks.
  note(body, "");
  if (marks.length > MAX_MARKS) {
    return invalid(
      `A maximum of ${MAX_MARKS} blocks with cache_control may be provided. Found ${marks.length}.`,
    );
  }
  return checkOrder(marks);
}

/** Longer-lived marks must come first. */
function checkOrder(marks: readonly Mark[]): Problem | undefined {
  const firstShort = marks.findIndex((mark) => mark.ttl === "5m");
  if (firstShort < 0) return undefined;
  const late = marks.slice(firstShort).find((mark) => mark.ttl === "1h");
  if (!late) return undefined;
  return invalid(
    `${late.path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control ` +
      "block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
  );
}

import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isCall, isResult, isValidCallId, wholeOf } from "./call-ids.ts";
import { sha256 } from "../../../lib/sha256.ts";

/**
 * A history with call ids that the Messages API accepts: made of its own alphabet, and each for one call only. Elsewhere ids are
 * looser: clients and other services number the calls of each round from the start, use dots and colons, or give one id to two
 * calls. A result belongs to the latest answer that has a call with its id; if there are several such calls, they get their
 * results in order.
 */
export function uniqueCallIds(entries: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  const given = new Set(
    entries.flatMap(({ role, content }) =>
      role === "assistant" && typeof content !== "string" ? content.filter(isCall).map(({ id }) => id) : [],
    ),
  );
  const used = new Set<string>();
  /** Maps a given id to the new ids of its latest calls that still wait for results. */
  const open = new Map<string, string[]>();
  return entries.map((entry) => {
    const { content } = entry;
    if (typeof content === "string") return entry;
    const renamed =
      entry.role === "assistant" ? renameCalls(content, { given, used, open }) : renameResults(content, open);
    return renamed.some((block, index) => block !== content[index]) ? { ...entry, content: renamed } : entry;
  });
}

interface Ids {
  readonly given: ReadonlySet<string>;
  readonly used: Set<string>;
  readonly open: Map<string, string[]>;
}

function renameCalls(blocks: readonly unknown[], { given, used, open }: Ids): readonly unknown[] {
  const calls = blocks.filter(isCall);
  for (const { id } of calls) open.delete(id);
  return blocks.map((block) => {
    if (!isCall(block)) return block;
    const id = freeId(block.id, given, used);
    used.add(id);
    open.set(block.id, [...(open.get(block.id) ?? []), id]);
    return id === block.id ? block : { ...block, id };
  });
}

function renameResults(blocks: readonly unknown[], open: Map<string, string[]>): readonly unknown[] {
  return blocks.map((block) => {
    if (!isResult(block)) return block;
    const [id = block.tool_use_id, ...others] = open.get(block.tool_use_id) ?? [];
    if (others.length > 0) open.set(block.tool_use_id, others);
    return id === block.tool_use_id ? block : { ...block, tool_use_id: id };
  });
}

function freeId(id: string, given: ReadonlySet<string>, used: ReadonlySet<string>): string {
  const whole = wholeOf(id);
  const isGood = isValidCallId(id) && (whole === undefined || !given.has(whole));
  const base = isGood ? id : `call-${sha256(id).slice(0, 24)}`;
  let free = base;
  for (let count = 2; used.has(free) || (count > 2 && given.has(free)); count += 1) {
    free = `${base.slice(0, 240)}-${count}`;
  }
  return free;
}

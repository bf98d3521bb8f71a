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
  const used = new UsedIds(given);
  /** Maps a given id to the new ids of its latest calls, and how many of them have their results. */
  const open = new Map<string, OpenCalls>();
  return entries.map((entry) => {
    const { content } = entry;
    if (typeof content === "string") return entry;
    const renamed =
      entry.role === "assistant" ? renameCalls(content, used, open) : renameResults(content, open);
    return renamed.some((block, index) => block !== content[index]) ? { ...entry, content: renamed } : entry;
  });
}

interface OpenCalls {
  readonly ids: string[];
  answered: number;
}

function renameCalls(
  blocks: readonly unknown[],
  used: UsedIds,
  open: Map<string, OpenCalls>,
): readonly unknown[] {
  const calls = blocks.filter(isCall);
  for (const { id } of calls) open.delete(id);
  return blocks.map((block) => {
    if (!isCall(block)) return block;
    const id = used.take(block.id);
    const known = open.get(block.id);
    if (known) known.ids.push(id);
    else open.set(block.id, { ids: [id], answered: 0 });
    return id === block.id ? block : { ...block, id };
  });
}

function renameResults(blocks: readonly unknown[], open: Map<string, OpenCalls>): readonly unknown[] {
  return blocks.map((block) => {
    if (!isResult(block)) return block;
    const calls = open.get(block.tool_use_id);
    const id = calls?.ids[calls.answered] ?? block.tool_use_id;
    // Further results are all for the last one.
    if (calls && calls.answered < calls.ids.length - 1) calls.answered += 1;
    return id === block.tool_use_id ? block : { ...block, tool_use_id: id };
  });
}

/** The ids that calls have got so far. */
class UsedIds {
  readonly #given: ReadonlySet<string>;
  readonly #used = new Set<string>();
  /** The number to try next behind a base, so that thousands of calls with one id do not try all numbers each. */
  readonly #next = new Map<string, number>();

  constructor(given: ReadonlySet<string>) {
    this.#given = given;
  }

  /** An id that no other call has: the given one where it is good and free. */
  take(id: string): string {
    const whole = wholeOf(id);
    const isGood = isValidCallId(id) && (whole === undefined || !this.#given.has(whole));
    const base = isGood ? id : `call-${sha256(id).slice(0, 24)}`;
    const free = this.#used.has(base) ? this.#numbered(base.slice(0, 240)) : base;
    this.#used.add(free);
    return free;
  }

  #numbered(base: string): string {
    for (let count = this.#next.get(base) ?? 2; ; count += 1) {
      const free = `${base}-${count}`;
      if (this.#used.has(free) || this.#given.has(free)) continue;
      this.#next.set(base, count + 1);
      return free;
    }
  }
}

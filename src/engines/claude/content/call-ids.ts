import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isRecord } from "../../../lib/is-record.ts";

/** What the Messages API accepts as the id of a call. */
const VALID_ID = /^[a-zA-Z0-9_-]{1,256}$/;

/** Whether the API accepts this id. */
export function isValidCallId(id: string): boolean {
  return VALID_ID.test(id);
}

/**
 * The call that this id looks like a part of: Claude Code takes `a_2` for a part of the call `a`, if there is one, and loses the
 * results of such parts.
 */
export function wholeOf(id: string): string | undefined {
  return /^(.*)_\d+$/.exec(id)?.[1];
}

export function isCall(
  block: unknown,
): block is { readonly type: "tool_use"; readonly id: string; readonly name?: unknown } {
  return isRecord(block) && block["type"] === "tool_use" && typeof block["id"] === "string";
}

export function isResult(
  block: unknown,
): block is { readonly type: "tool_result"; readonly tool_use_id: string } {
  return isRecord(block) && block["type"] === "tool_result" && typeof block["tool_use_id"] === "string";
}

/**
 * The ids of the calls in a process's history whose results come from the client. Anthropic's own ids are always good. A gateway
 * with other models behind it may give an id twice, and Claude Code then loses the second result.
 */
export class CallIds {
  readonly #seen = new Set<string>();
  readonly #wholes = new Set<string>();
  #areDoubtful = false;

  add({ role, content }: TranscriptEntry, isClients: (name: string) => boolean): void {
    if (role !== "assistant" || typeof content === "string") return;
    for (const { id } of content.filter(isCall).filter(({ name }) => isClients(String(name)))) {
      const whole = wholeOf(id);
      const isPart = whole !== undefined && this.#seen.has(whole);
      this.#areDoubtful ||= isPart || this.#seen.has(id) || this.#wholes.has(id) || !isValidCallId(id);
      this.#seen.add(id);
      if (whole !== undefined) this.#wholes.add(whole);
    }
  }

  /** An id occurs twice, is taken for a part of another call, or is not accepted by the API: such ids have to be replaced. */
  get areDoubtful(): boolean {
    return this.#areDoubtful;
  }
}

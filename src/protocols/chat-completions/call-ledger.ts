import type { ToolCallPart } from "../../core/words/message.ts";
import { RequestError } from "../request-error.ts";

/**
 * Follows the tool calls of an answer to their results: each is answered once, before anything else is said. Two calls may have
 * one id, as those of some services do; it has two results then.
 */
export class CallLedger {
  /** By id, how many calls of the last answer have no result; undefined when results may be for calls that are not in sight. */
  #open: Map<string, number> | undefined;
  readonly #blindlyAnswered = new Set<string>();

  /** `startsBlind`: the conversation goes on from calls that the client does not send again. */
  constructor(startsBlind: boolean) {
    this.#open = startsBlind ? undefined : new Map();
  }

  /** An answer makes these calls. */
  open(calls: readonly ToolCallPart[]): void {
    const open = (this.#open = new Map<string, number>());
    for (const { callId } of calls) open.set(callId, (open.get(callId) ?? 0) + 1);
  }

  /**
   * A result came in the message with this index.
   * @throws RequestError when there is no such call, or it has its result.
   */
  answer(callId: string, index: number): void {
    const shownId = callId.slice(0, 64);
    const param = `messages.[${index}].tool_call_id`;
    if (this.#open === undefined) {
      if (this.#blindlyAnswered.has(callId)) throw duplicateResult(shownId, param);
      this.#blindlyAnswered.add(callId);
      return;
    }
    if (this.#open.size === 0) throw resultWithoutCall(index);
    const count = this.#open.get(callId);
    if (count === undefined) {
      throw new RequestError(
        null,
        `Invalid parameter: 'tool_call_id' of '${shownId}' not found in 'tool_calls' of previous message.`,
        param,
      );
    }
    if (count === 0) throw duplicateResult(shownId, param);
    this.#open.set(callId, count - 1);
  }

  /**
   * Something other than a result comes in the message with this index, or (undefined) the messages are over.
   * @throws RequestError naming the calls without a result.
   */
  close(index?: number): void {
    const open = [...(this.#open ?? [])].flatMap(([id, count]) => (count === 0 ? [] : [id]));
    if (open.length > 0) {
      throw new RequestError(
        null,
        `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(", ")}`,
        index === undefined ? "messages" : `messages.[${index}].role`,
      );
    }
    this.#open = new Map();
  }
}

/** In OpenAI's own words, its spelling included. */
export function resultWithoutCall(index: number): RequestError {
  return new RequestError(
    null,
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    `messages.[${index}].role`,
  );
}

function duplicateResult(callId: string, param: string): RequestError {
  return new RequestError(null, `Duplicate value for 'tool_call_id' of '${callId}'.`, param);
}

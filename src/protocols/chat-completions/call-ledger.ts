import type { ToolCallPart } from "../../core/words/message.ts";
import { RequestError } from "../request-error.ts";

/**
 * Matches the tool calls of an answer with their results: each call gets one result before anything else is said. Two calls may
 * share an id, as some services allow; there are two results for it then.
 */
export class CallLedger {
  /**
   * For each id, how many calls of the last answer have no result yet; undefined when results may belong to calls that were not
   * sent.
   */
  #open: Map<string, number> | undefined;
  readonly #blindlyAnswered = new Set<string>();

  /** `startsBlind`: the conversation continues after calls that the client does not send again. */
  constructor(startsBlind: boolean) {
    this.#open = startsBlind ? undefined : new Map();
  }

  /** An answer makes these calls. */
  open(calls: readonly ToolCallPart[]): void {
    const open = (this.#open = new Map<string, number>());
    for (const { callId } of calls) open.set(callId, (open.get(callId) ?? 0) + 1);
  }

  /**
   * Records a result in the message with this index.
   * @throws RequestError when there is no such call, or it already has its result.
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
   * Called when the message with this index is not a result, or (undefined) when the messages end.
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

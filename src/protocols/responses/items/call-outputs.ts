import type { ToolResultPart } from "../../../core/words/message.ts";
import { RequestError } from "../../request-error.ts";

interface GivenOutput {
  readonly index: number;
  readonly result: ToolResultPart;
  readonly kind: string;
  isTaken: boolean;
}

/**
 * The outputs of client tools, to be looked up by call. Each call has exactly one output, anywhere after it; an id may be reused
 * once its call has its output.
 */
export class CallOutputs {
  readonly #outputs: GivenOutput[] = [];
  /** The outputs for each call id, and how many of them need not be looked at again. */
  readonly #byCallId = new Map<string, { readonly list: GivenOutput[]; passed: number }>();

  /** Call it in the order of the items, for all outputs before any lookup. */
  add(index: number, kind: string, result: ToolResultPart): void {
    const output = { index, kind, result, isTaken: false };
    this.#outputs.push(output);
    const same = this.#byCallId.get(result.callId);
    if (same) same.list.push(output);
    else this.#byCallId.set(result.callId, { list: [output], passed: 0 });
  }

  has(callId: string, callIndex: number): boolean {
    return this.#find(callId, callIndex) !== undefined;
  }

  /** @throws RequestError when there is none */
  take(callId: string, callIndex: number, kind: string): Pick<GivenOutput, "index" | "result"> {
    const output = this.#find(callId, callIndex);
    if (!output) {
      throw new RequestError(null, `No tool output found for ${kind} ${shorten(callId)}.`, "input");
    }
    output.isTaken = true;
    return output;
  }

  /** Takes the outputs before the item with this index whose calls were not sent; one for each id. */
  takeBlindly(endIndex: number): readonly ToolResultPart[] {
    const ids = new Set<string>();
    return this.#outputs.flatMap((output) => {
      if (output.isTaken || output.index >= endIndex || ids.has(output.result.callId)) return [];
      output.isTaken = true;
      ids.add(output.result.callId);
      return [output.result];
    });
  }

  /** @throws RequestError when an output is left that answers nothing */
  requireAllTaken(): void {
    const left = this.#outputs.find((output) => !output.isTaken);
    if (!left) return;
    const { callId } = left.result;
    const wasAnswered = this.#outputs.some((output) => output.isTaken && output.result.callId === callId);
    throw new RequestError(
      null,
      wasAnswered
        ? `Duplicate ${left.kind} output for call_id ${shorten(callId)}.`
        : `No tool call found for ${left.kind} output with call_id ${shorten(callId)}.`,
      "input",
    );
  }

  /** Calls are looked up in order, so an output before one call is of no use to later calls either. */
  #find(callId: string, callIndex: number): GivenOutput | undefined {
    const same = this.#byCallId.get(callId);
    if (!same) return undefined;
    let next = same.list[same.passed];
    while (next && (next.isTaken || next.index < callIndex)) {
      same.passed += 1;
      next = same.list[same.passed];
    }
    return next;
  }
}

function shorten(callId: string): string {
  return callId.slice(0, 64);
}

import type { ToolResultPart } from "../../../core/words/message.ts";
import { RequestError } from "../../request-error.ts";

interface GivenOutput {
  readonly index: number;
  readonly result: ToolResultPart;
  readonly kind: string;
  isTaken: boolean;
}

/**
 * The outputs of client tools, to be found by their calls. Each call has exactly one, anywhere behind it; an id may be used again
 * once its call has its output.
 */
export class CallOutputs {
  readonly #outputs: GivenOutput[] = [];
  /** Those of a call id, and how many of them nobody needs to look at again. */
  readonly #byCallId = new Map<string, { readonly list: GivenOutput[]; passed: number }>();

  /** In the order of the items, all of them before any is looked for. */
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

  /** Those before the item with this index that answer no call in sight; an id counts once. */
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

  /** Calls are looked up in their order, so what lies before one is of no use to later ones either. */
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

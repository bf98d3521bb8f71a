import type { ToolResultPart } from "../../core/message.ts";
import { RequestError } from "../request-error.ts";

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

  add(index: number, kind: string, result: ToolResultPart): void {
    this.#outputs.push({ index, kind, result, isTaken: false });
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

  #find(callId: string, callIndex: number): GivenOutput | undefined {
    return this.#outputs.find(
      (output) => !output.isTaken && output.index > callIndex && output.result.callId === callId,
    );
  }
}

function shorten(callId: string): string {
  return callId.slice(0, 64);
}

import { readJson } from "../../../lib/read-json.ts";
import type { ToolCallDelta, ToolCallEnd, ToolCallStart } from "../../../core/words/turn-event.ts";

type CallEvent = ToolCallStart | ToolCallDelta | ToolCallEnd;

interface OpenCall {
  readonly index: number;
  readonly callId: string;
  readonly name: string;
  text: string;
}

/** Turns the model's calls of client tools into events, block by block as they stream. */
export class ClientCalls {
  readonly #isClientTool: (name: string) => boolean;
  readonly #endedIds: string[] = [];
  #open: OpenCall | undefined;
  /** A call whose block has ended without being JSON: it has no arguments, is malformed, or a limit has cut it. */
  #doubtful: OpenCall | undefined;
  #cutId: string | undefined;

  constructor(isClientTool: (name: string) => boolean) {
    this.#isClientTool = isClientTool;
  }

  isClients(name: string): boolean {
    return this.#isClientTool(name);
  }

  /** A call has begun, but its arguments are not complete. */
  get isOpen(): boolean {
    return this.#open !== undefined || this.#doubtful !== undefined;
  }

  /** The ids of the complete calls, in order. */
  get endedIds(): readonly string[] {
    return this.#endedIds;
  }

  isEnded(callId: string): boolean {
    return this.#endedIds.includes(callId);
  }

  /** The call that a limit has cut: it was never made. */
  get cutId(): string | undefined {
    return this.#cutId;
  }

  /** The calls have their results. */
  clear(): void {
    this.#endedIds.length = 0;
    this.#cutId = undefined;
  }

  *start(index: number, callId: string, name: string): Generator<CallEvent> {
    if (!this.#isClientTool(name)) return;
    this.#open = { index, callId, name, text: "" };
    yield { type: "tool-call-start", callId, name };
  }

  *add(index: number, text: string): Generator<CallEvent> {
    if (this.#open?.index !== index || text === "") return;
    this.#open.text += text;
    yield { type: "tool-call-delta", callId: this.#open.callId, text };
  }

  *stop(index: number): Generator<CallEvent> {
    if (this.#open?.index !== index) return;
    const call = this.#open;
    this.#open = undefined;
    this.#endedIds.push(call.callId);
    if (readJson(call.text) === undefined) this.#doubtful = call;
    else yield endOf(call);
  }

  /** Ends the call that was in doubt, now that it is known whether a limit has cut the answer there. */
  *settle(isCut: boolean): Generator<CallEvent> {
    const call = this.#doubtful;
    if (!call) return;
    this.#doubtful = undefined;
    if (isCut) {
      this.#cutId = call.callId;
      this.#endedIds.pop();
      yield { ...endOf(call), isCut };
      return;
    }
    // A call without arguments streams nothing, but clients want JSON.
    if (call.text === "") {
      call.text = "{}";
      yield { type: "tool-call-delta", callId: call.callId, text: call.text };
    }
    yield endOf(call);
  }

  /** The events of a call that came in one piece. */
  *whole(callId: string, name: string, input: unknown): Generator<CallEvent> {
    if (this.isEnded(callId)) return;
    yield* this.start(WHOLE, callId, name);
    yield* this.add(WHOLE, JSON.stringify(input));
    yield* this.stop(WHOLE);
  }
}

function endOf({ callId, name, text }: OpenCall): ToolCallEnd {
  return { type: "tool-call-end", callId, name, arguments: text };
}

/** No block of a stream has this index. */
const WHOLE = -1;

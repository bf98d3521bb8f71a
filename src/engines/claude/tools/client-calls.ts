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

  constructor(isClientTool: (name: string) => boolean) {
    this.#isClientTool = isClientTool;
  }

  isClients(name: string): boolean {
    return this.#isClientTool(name);
  }

  /** A call has begun, but its arguments are not complete. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** The ids of the complete calls, in order. */
  get endedIds(): readonly string[] {
    return this.#endedIds;
  }

  isEnded(callId: string): boolean {
    return this.#endedIds.includes(callId);
  }

  /** The calls have their results. */
  clear(): void {
    this.#endedIds.length = 0;
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
    // A call without arguments streams nothing, but clients want JSON.
    if (this.#open.text === "") yield* this.add(index, "{}");
    const { callId, name, text } = this.#open;
    this.#open = undefined;
    this.#endedIds.push(callId);
    yield { type: "tool-call-end", callId, name, arguments: text };
  }

  /** The events of a call that came in one piece. */
  *whole(callId: string, name: string, input: unknown): Generator<CallEvent> {
    if (this.isEnded(callId)) return;
    yield* this.start(WHOLE, callId, name);
    yield* this.add(WHOLE, JSON.stringify(input));
    yield* this.stop(WHOLE);
  }
}

/** No block of a stream has this index. */
const WHOLE = -1;

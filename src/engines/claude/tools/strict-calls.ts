import type { ClientTool } from "../../../core/words/client-tool.ts";
import type { TurnSupervisor } from "../../../core/ports/turn-supervisor.ts";
import type { EngineEvent, ToolCallEnd } from "../../../core/words/turn-event.ts";
import type { Made } from "../../../lib/stage.ts";
import type { ToolResultBlock } from "../content/content-blocks.ts";

interface HeldCall {
  readonly callId: string;
  readonly events: EngineEvent[];
  /** What does not fit; known once the call is complete. */
  problem?: string | undefined;
}

/**
 * Holds back the calls of strict tools until the answer is complete, since a call that the client has begun to read cannot be
 * taken back. Claude gets one chance to correct arguments that do not fit; after that they are passed on as they are.
 */
export class StrictCalls {
  readonly #tools: ReadonlyMap<string, ClientTool>;
  readonly #checkJson: TurnSupervisor["checkJson"];
  #held: HeldCall[] = [];
  #hasPassedCall = false;
  #hasRepaired = false;

  constructor(tools: readonly ClientTool[], { checkJson }: Pick<TurnSupervisor, "checkJson">) {
    const strict = tools.filter((tool) => tool.isStrict);
    this.#tools = new Map(strict.map((tool) => [tool.name, tool]));
    this.#checkJson = checkJson;
  }

  /** What the client may have of this event now. */
  pass(event: EngineEvent): Made<EngineEvent> {
    switch (event.type) {
      case "tool-call-start":
        if (this.#tools.has(event.name)) {
          this.#held.push({ callId: event.callId, events: [event] });
          return [];
        }
        this.#hasPassedCall = true;
        return [event];
      case "tool-call-delta":
      case "tool-call-end": {
        const call = this.#held.find(({ callId }) => callId === event.callId);
        if (!call) return [event];
        call.events.push(event);
        // What a limit has cut was never made.
        return event.type === "tool-call-end" && event.isCut !== true ? this.#check(call, event) : [];
      }
      case "turn-end":
      case "turn-error":
        return [...this.#release(), event];
      default:
        return [event];
    }
  }

  /**
   * Results that make Claude call again, when arguments do not fit and the client has not begun to read any call. Undefined in
   * all other cases, and once the one chance was used.
   */
  repair(): readonly ToolResultBlock[] | undefined {
    if (this.#hasPassedCall || this.#hasRepaired) return undefined;
    if (!this.#held.some(({ problem }) => problem !== undefined)) return undefined;
    this.#hasRepaired = true;
    const held = this.#held.splice(0);
    return held.map(({ callId, problem }) => ({
      type: "tool_result",
      tool_use_id: callId,
      content:
        problem === undefined
          ? "Not run, because another call of this answer has invalid arguments. Make this call again together with the corrected one."
          : `Not run: the arguments do not fit the tool's JSON Schema (${problem}). Make this call again with arguments that fit.`,
      is_error: true,
    }));
  }

  *#release(): Generator<EngineEvent> {
    for (const { events, problem, callId } of this.#held.splice(0)) {
      if (problem !== undefined) {
        const message = `The arguments of the call ${callId} do not fit the tool's schema: ${problem}.`;
        yield { type: "notice", code: "arguments-invalid", message };
      }
      yield* events;
    }
  }

  async #check(call: HeldCall, { name, arguments: text }: ToolCallEnd): Promise<readonly EngineEvent[]> {
    call.problem = await this.#findProblem(name, text);
    return [];
  }

  async #findProblem(name: string, text: string): Promise<string | undefined> {
    const tool = this.#tools.get(name);
    if (!tool) return undefined;
    const result = await this.#checkJson(tool.inputSchema, text);
    if (result.type === "not-json") return "they are not JSON";
    // Arguments that cannot be checked pass: Claude could correct nothing.
    return result.type === "misfit" ? result.problem : undefined;
  }
}

import type { ClientTools } from "../../../core/words/client-tool.ts";
import type { EngineEvent, EngineOutput } from "../../../core/words/turn-event.ts";

/** Tells Claude in words what `tool_choice` cannot demand of its model. */
export function demandOf({ list, choice }: ClientTools): string {
  const call = choice.type === "tool" ? `call the tool ${choice.name}` : `call ${oneOf(list)}`;
  return `You must ${call} in this turn. An answer in words alone, without a call, cannot be used.`;
}

/** The same demand once more, after an answer without the call. */
export function demandAgain({ list, choice }: ClientTools): string {
  const call = choice.type === "tool" ? `the tool ${choice.name}` : oneOf(list);
  return `Your answer had no tool call, so it was not used and nobody has read it. You must call ${call} now.`;
}

function oneOf(list: ClientTools["list"]): string {
  return list.length === 1
    ? `the tool ${list[0]?.name}`
    : `at least one of these tools: ${list.map(({ name }) => name).join(", ")}`;
}

/**
 * Holds back what Claude says until it makes the call that is demanded in words: an answer without the call is not the answer,
 * and what the client has read cannot be taken back. Claude is asked once more; after that its words are passed on anyway.
 */
export class DemandedCall {
  readonly #demand: ClientTools | undefined;
  #held: EngineEvent[] = [];
  #isMet: boolean;
  #hasAskedAgain = false;

  /** `demand`: the tools of which one must be called; undefined when no call is demanded. */
  constructor(demand: ClientTools | undefined) {
    this.#demand = demand;
    this.#isMet = demand === undefined;
  }

  /** What may be passed on now. */
  pass(event: EngineOutput): readonly EngineOutput[] {
    if (this.#isMet) return [event];
    switch (event.type) {
      case "text-delta":
        this.#held.push(event);
        return [{ type: "progress" }];
      case "tool-call-start":
        this.#isMet = true;
        return [...this.#release(), event];
      // What Claude Code does by itself is part of the work, so what was said before it stays.
      case "activity-start":
      case "approval-request":
      case "turn-error":
        return [...this.#release(), event];
      case "turn-end":
        return [...(event.reason === "end" ? [NOT_CALLED] : []), ...this.#release(), event];
      default:
        return [event];
    }
  }

  /** What to say to Claude when its answer ends without the call; undefined when there is nothing more to say. */
  askAgain(): string | undefined {
    if (this.#isMet || this.#hasAskedAgain || !this.#demand) return undefined;
    this.#hasAskedAgain = true;
    this.#held = [];
    return demandAgain(this.#demand);
  }

  #release(): readonly EngineEvent[] {
    return this.#held.splice(0);
  }
}

const NOT_CALLED: EngineEvent = {
  type: "notice",
  code: "tool-not-called",
  message:
    "Claude was asked twice for a tool call, which its model cannot be made to make, and answered in words.",
};

import type { ClientTools } from "../../../core/words/client-tool.ts";
import type { Forcing } from "../../../core/models/forced-tools.ts";
import type { TurnSupervisor } from "../../../core/ports/turn-supervisor.ts";
import type { EngineOutput, Notice, TurnEnd } from "../../../core/words/turn-event.ts";
import { type Made, passAll, type Stage } from "../../../lib/stage.ts";
import type { UserContent } from "../content/user-content.ts";
import { DemandedCall } from "./demanded-call.ts";
import { StrictCalls } from "./strict-calls.ts";

/** What to tell Claude before it tries again. */
export interface SecondTry {
  readonly content: UserContent;
  readonly notice: Notice;
  /** The text of the first try has not been passed on and never will be. */
  readonly takesBackText?: true;
}

/** Passes on what the client may have of an answer, and knows when Claude has to be asked once more. */
export class AnswerGuard {
  readonly #strict: StrictCalls;
  readonly #demanded: DemandedCall;
  readonly #strictStage: Stage<EngineOutput, EngineOutput> = {
    of: (event) => (event.type === "progress" ? [event] : this.#strict.pass(event)),
  };

  constructor(tools: ClientTools, forcing: Forcing, checker: Pick<TurnSupervisor, "checkJson">) {
    this.#strict = new StrictCalls(tools.list, checker);
    this.#demanded = new DemandedCall(forcing === "words" ? tools : undefined);
  }

  /** Returns a promise only where a strict tool's arguments have to be checked. */
  pass(event: EngineOutput): Made<EngineOutput> {
    return passAll(this.#strictStage, this.#demanded.pass(event));
  }

  /** Undefined when the answer is complete, or when nothing more can be done about it. */
  askAgain({ reason }: TurnEnd): SecondTry | undefined {
    if (reason === "tool-calls") {
      const repair = this.#strict.repair();
      return repair && { content: repair, notice: REPAIR_NOTICE };
    }
    const demand = reason === "end" ? this.#demanded.askAgain() : undefined;
    return demand === undefined ? undefined : { content: demand, notice: DEMAND_NOTICE, takesBackText: true };
  }
}

const REPAIR_NOTICE: Notice = {
  type: "notice",
  code: "arguments-repaired",
  message: "Claude was asked once more for a call whose arguments did not fit its strict tool.",
};

const DEMAND_NOTICE: Notice = {
  type: "notice",
  code: "tool-demanded-again",
  message: "Claude was asked once more for the tool call that was demanded, which its answer did not have.",
};

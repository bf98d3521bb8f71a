import type { TurnSupervisor } from "../../src/core/ports/turn-supervisor.ts";
import { DENYING_SUPERVISOR } from "../engine/turn-input.ts";

/** Nothing is watched, and whatever is asked is allowed. */
export const ALLOWING_SUPERVISOR: TurnSupervisor = {
  ...DENYING_SUPERVISOR,
  ask: (...question) => ({
    ...DENYING_SUPERVISOR.ask(...question),
    answer: Promise.resolve({ outcome: "allowed" }),
  }),
};

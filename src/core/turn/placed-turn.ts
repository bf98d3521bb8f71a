import type { TurnInput } from "../ports/engine-session.ts";
import type { SessionLease } from "../ports/session-pool.ts";
import type { Message } from "../words/message.ts";
import type { EngineEvent } from "../words/turn-event.ts";
import type { TurnPlan } from "./plan-turn.ts";

/** A turn with the session that it runs on. */
export interface PlacedTurn {
  lease: SessionLease;
  /** The lease is for a worker, which is given the history with the turn. */
  readonly isOnWorker?: true;
  /** The answer was cut, so the session holds more than the client saw. */
  isCut?: true;
  /** The session's state before the new messages. */
  readonly baseHash: string;
  /** What this turn's record builds on and adds: a parent and the new messages, or no parent and the whole history. */
  readonly parentTurnId?: TurnPlan["parentTurnId"];
  readonly recordedInput: readonly Message[];
  /** What the session is given. */
  readonly input: TurnInput;
  /** Events from before Claude's first output. */
  readonly events?: readonly EngineEvent[];
}

import type { EngineSession, SessionSpec } from "../core/ports/engine.ts";
import type { HeldState } from "../core/ports/session-pool.ts";
import { processKindKey } from "../core/turn/process-kind.ts";

/** A live session with what the pool knows about it. */
export interface PooledSession {
  readonly session: EngineSession;
  readonly spec: SessionSpec;
  isBusy: boolean;
  /** The state it holds, or held before its current turn; absent until a turn has ended well. */
  held: HeldState | undefined;
  /** When it last became idle; milliseconds since the epoch. */
  idleSince: number;
}

/** Whether two sessions were opened alike, so that one can replace the other. */
export function isSameSpec(left: SessionSpec, right: SessionSpec): boolean {
  return (
    left.model === right.model &&
    left.systemText === right.systemText &&
    left.instructions === right.instructions &&
    left.workspace === right.workspace &&
    processKindKey(left.kind) === processKindKey(right.kind)
  );
}

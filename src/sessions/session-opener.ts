import type { Clock } from "../core/ports/clock.ts";
import {
  ClaimRefused,
  type EngineSession,
  type SessionSpec,
  type SessionStart,
} from "../core/ports/engine-session.ts";
import type { Engines } from "../core/ports/engines.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { NewSession, SessionLease } from "../core/ports/session-pool.ts";
import { processKindKey } from "../core/turn/process-kind.ts";
import type { Placement } from "../core/words/turn-event.ts";
import type { SessionProcesses } from "./session-processes.ts";
import type { SessionShelf } from "./session-shelf.ts";
import type { SpareShelf } from "./spare-shelf.ts";

interface SessionOpenerParts {
  readonly engines: Engines;
  readonly lives: SessionProcesses;
  readonly spares: SpareShelf;
  readonly sessions: SessionShelf;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Opens sessions: by a process that stands ready for it, or by a new one. */
export class SessionOpener {
  readonly #parts: SessionOpenerParts;
  /** Combinations of workspace and kind, as one key. */
  readonly #withoutSpares = new Set<string>();

  constructor(parts: SessionOpenerParts) {
    this.#parts = parts;
  }

  /** See `SessionPool`. */
  avoidSpares(spec: SessionSpec): void {
    this.#withoutSpares.add(placeKey(spec));
  }

  open(start: NewSession, signal: AbortSignal, withoutSpare: boolean): Promise<SessionLease> {
    const { spec } = start;
    const mayClaim = !withoutSpare && !this.#withoutSpares.has(placeKey(spec));
    const session = mayClaim ? this.#parts.spares.take(start) : undefined;
    if (session) return Promise.resolve(this.#admit(session, spec, "spare"));
    return this.#start({ ...start, history: [] }, "cold", signal);
  }

  async resume(
    start: SessionStart,
    placement: "resumed" | "imported",
    signal: AbortSignal,
  ): Promise<SessionLease> {
    const { lives, spares, logger } = this.#parts;
    const { spec } = start;
    const standby = spares.takeStandby(spec);
    this.expectResumed(spec);
    if (standby) {
      try {
        const session = await lives.start((ending) => standby.resume(start, ending), signal);
        return this.#admit(session, spec, placement);
      } catch (error) {
        if (!(error instanceof ClaimRefused)) throw error;
        logger.info("spare.lost", { error });
      }
    }
    return this.#start(start, placement, signal);
  }

  /** Sessions like this one are likely to be resumed. Workers are given the history with each turn, and a command's process serves nothing else. */
  expectResumed(spec: SessionSpec): void {
    const { engines, spares, clock } = this.#parts;
    if (engines.of(spec.kind).hasWorkers?.(spec.kind) || spec.kind.runsCommands) return;
    spares.expectResumed(spec, clock());
  }

  async #start(start: SessionStart, placement: Placement, signal: AbortSignal): Promise<SessionLease> {
    const { engines, lives } = this.#parts;
    const session = await lives.start(
      (ending) => engines.of(start.spec.kind).startSession(start, ending),
      signal,
    );
    return this.#admit(session, start.spec, placement);
  }

  #admit(session: EngineSession, spec: SessionSpec, placement: Placement): SessionLease {
    this.#parts.sessions.admit(session, spec, placement);
    return { session, spec, placement };
  }
}

function placeKey({ workspace, kind }: SessionSpec): string {
  return JSON.stringify([workspace, processKindKey(kind)]);
}

import { randomBytes } from "node:crypto";

/**
 * A variable in the environment of each Claude Code process, inherited by everything it starts. It identifies what a process
 * has left behind, whatever session, process group and parent that has by then.
 */
export const MARKER_VARIABLE = "SPAWNED_BY_TURNPIKE";

/** Identifies one Claude Code process forever, unlike its process id, which the system reuses. */
export function newProcessMarker(): string {
  return randomBytes(16).toString("hex");
}

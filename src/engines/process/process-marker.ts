import { randomBytes } from "node:crypto";

/**
 * In the environment of each Claude Code process, which all that it starts inherits: by it what a process has left behind is
 * found, in whatever session or process group it runs and whoever its parent is by then.
 */
export const MARKER_VARIABLE = "SPAWNED_BY_TURNPIKE";

/** Names one Claude Code process for good, unlike its id, which the system gives again. */
export function newProcessMarker(): string {
  return randomBytes(16).toString("hex");
}

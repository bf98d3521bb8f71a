import { once } from "node:events";

import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { ClaudeProcess } from "../../src/engines/process/claude-process.ts";
import { OrphanSweeper } from "../../src/engines/process/orphan-sweeper.ts";
import { ProcessGuardian } from "../../src/engines/process/process-guardian.ts";

/**
 * A server in small, for a test to kill: two processes under guard, one of which has ended by the time that it says that it is
 * ready. The one that is left has a child of its own, and one in another session that does not end when it is asked to. All
 * have the marker given in their environment.
 */
const keepers = { guardian: new ProcessGuardian(), sweeper: new OrphanSweeper(SILENT_LOGGER) };
const start = (script: string) =>
  new ClaudeProcess(
    { command: "/bin/sh", args: ["-c", script], env: { PATH: process.env["PATH"], MARKER: process.argv[2] } },
    keepers,
  );

const STUBBORN = `trap "" TERM; echo stubborn; while true; do sleep 300; done`;

const left = start(`sleep 300 & setsid sh -c '${STUBBORN}' & wait`);
const hasStarted = left.child.stdout && once(left.child.stdout, "data");
await start("exit 0").swept;
await hasStarted;
console.log("ready");
await left.exited;

import { once } from "node:events";

import { ClaudeProcess } from "../../src/engines/process/claude-process.ts";
import { ProcessGuardian } from "../../src/engines/process/process-guardian.ts";

/**
 * A server in small, for a test to kill: two processes under guard, one of which has ended by the time that it says that it is
 * ready. The one that is left has a child of its own. Both have the marker given in their environment.
 */
const guardian = new ProcessGuardian();
const start = (script: string) =>
  new ClaudeProcess(
    { command: "/bin/sh", args: ["-c", script], env: { PATH: process.env["PATH"], MARKER: process.argv[2] } },
    guardian,
  );

const left = start("sleep 300 & echo started; wait");
const hasStarted = left.child.stdout && once(left.child.stdout, "data");
await start("exit 0").exited;
await hasStarted;
console.log("ready");
await left.exited;

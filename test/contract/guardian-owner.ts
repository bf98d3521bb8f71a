import { ClaudeProcess } from "../../src/engines/process/claude-process.ts";
import { ProcessGuardian } from "../../src/engines/process/process-guardian.ts";

/**
 * A server in small, for a test to kill: two processes under guard, one of which has ended by the time that it tells their
 * ids. The one that is left has a child of its own.
 */
const guardian = new ProcessGuardian();
const start = (script: string) =>
  new ClaudeProcess(
    { command: "/bin/sh", args: ["-c", script], env: { PATH: process.env["PATH"] } },
    guardian,
  );

const left = start("sleep 300 & wait");
const ended = start("exit 0");
await ended.exited;
console.log(JSON.stringify({ left: left.processId, ended: ended.processId }));
await left.exited;

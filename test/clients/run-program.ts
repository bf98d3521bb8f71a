import { spawn } from "node:child_process";
import { once } from "node:events";

import { onTestFinished } from "vitest";

import { schedule } from "../../src/lib/time.ts";

export interface ProgramOptions {
  readonly folder: string;
  /** All of its environment: nothing of this process is inherited but PATH. */
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Takes what is to be done when the program is no longer needed. Default: when the test ends. */
  readonly onEnd?: (end: () => Promise<void>) => void;
}

export interface ProgramEnd {
  readonly code: number | null;
  /** Set when it had to be killed. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with its own process group, so that what it started ends with it. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramEnd> {
  const child = spawn(command, args, {
    cwd: options.folder,
    env: { PATH: process.env["PATH"], ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const kill = () => {
    // Proof that the group is still ours: its leader has not been waited for.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, "SIGKILL");
    }
  };
  const onEnd = options.onEnd ?? onTestFinished;
  onEnd(async () => kill());
  const timer = schedule(options.timeoutMs ?? 90_000, kill);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (output.stdout += piece));
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (output.stderr += piece));
  child.stdin.end(options.input ?? "");
  // Proof: the arguments of a child process's event "close".
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  timer.cancel();
  return { code, signal, ...output };
}

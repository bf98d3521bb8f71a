import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

import { schedule } from "../../src/lib/time.ts";

const GRACE_MS = 12_000;

/** Ends a child process of the bench and waits until it is gone: SIGTERM, then SIGKILL. */
export async function endProcess(child: ChildProcess, graceMs = GRACE_MS): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const force = schedule(graceMs, () => child.kill("SIGKILL"));
  await gone;
  force.cancel();
}

import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { CleanUp } from "../../src/lib/clean-up.ts";
import { endProcess } from "../measure/end-process.ts";
import type { TurnpikeServer } from "../turnpike/turnpike-server.ts";

const run = promisify(execFile);
const TURNPIKE = fileURLToPath(new URL("../../bin/turnpike.cjs", import.meta.url));

export interface DashboardOptions {
  readonly server: TurnpikeServer;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Somebody looks at the dashboard until the end of the bench: a process that asks what the pages ask. */
export async function openDashboard(options: DashboardOptions, cleanUp: CleanUp): Promise<void> {
  const { server, dataDir, environment } = options;
  const create = ["keys", "create", "dashboard", "--role", "admin", "--json", "--data-dir", dataDir];
  const { stdout } = await run(process.execPath, [TURNPIKE, ...create], { env: environment });
  // Proof: what the command prints for programs.
  const { key } = JSON.parse(stdout) as { key: string };
  const child = fork(new URL("dashboard-process.ts", import.meta.url));
  cleanUp.defer(() => endProcess(child));
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`The dashboard's process ended (exit code ${String(code)}).`);
  });
  // It also ends at the end of the bench, when nobody waits any more.
  failed.catch(() => {});
  child.send({ url: server.url, key });
  await Promise.race([once(child, "message"), failed]);
}

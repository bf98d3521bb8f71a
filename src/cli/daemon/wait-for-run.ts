import { delay } from "../../lib/time.ts";
import type { RunBody } from "../../protocols/admin/format-run.ts";
import type { ControlClient } from "./control-client.ts";

const POLLS = 100;
const POLL_MS = 100;

/** The turn once it is over, or as it is after ten seconds. */
export async function waitForRun(client: ControlClient, path: string): Promise<RunBody> {
  for (let count = 0; ; count++) {
    const run = await client.get<RunBody>(path);
    if (run.ended_at !== null || count === POLLS) return run;
    await delay(POLL_MS);
  }
}

import { fork } from "node:child_process";
import { once } from "node:events";

import type { CleanUp } from "../../src/lib/clean-up.ts";
import { endProcess } from "../measure/end-process.ts";

/** Starts the scripted model in its own process, so that its work is nobody's event loop's. Resolves with its URL. */
export async function startModelProcess(cleanUp: CleanUp): Promise<string> {
  const child = fork(new URL("model-process.ts", import.meta.url));
  cleanUp.defer(() => endProcess(child));
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`The scripted model ended at its start (exit code ${String(code)}).`);
  });
  // It also ends at the end of the bench, when nobody waits any more.
  failed.catch(() => {});
  const [message]: unknown[] = await Promise.race([once(child, "message"), failed]);
  // Proof: model-process.ts sends this one message.
  return (message as { url: string }).url;
}

import { readdir, readFile } from "node:fs/promises";

import { delay } from "../../src/lib/time.ts";

export interface FoundProcess {
  readonly processId: number;
  readonly command: string;
}

/** The tests that look at processes read /proc. */
export const canFindProcesses = process.platform === "linux";

/** The living processes that have this text in their environment, such as a folder of one test. */
export async function findProcesses(marker: string): Promise<FoundProcess[]> {
  const found = await Promise.all((await readdir("/proc")).map((name) => inspect(name, marker)));
  return found.flatMap((process) => process ?? []);
}

/** Resolves when none is left; rejects with those that are after `timeoutMs`. */
export async function waitUntilGone(marker: string, timeoutMs = 5_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = await findProcesses(marker);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`Still there: ${JSON.stringify(left)}`);
    await delay(20);
  }
}

/** Resolves with the first process that the condition fits. */
export async function waitForProcess(
  marker: string,
  condition: (process: FoundProcess) => boolean,
  timeoutMs = 10_000,
): Promise<FoundProcess> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = (await findProcesses(marker)).find(condition);
    if (found) return found;
    if (performance.now() > deadline) throw new Error("The process did not appear.");
    await delay(20);
  }
}

async function inspect(name: string, marker: string): Promise<FoundProcess | undefined> {
  if (!/^\d+$/.test(name)) return undefined;
  try {
    const environment = await readFile(`/proc/${name}/environ`, "utf8");
    if (!environment.includes(marker)) return undefined;
    const command = (await readFile(`/proc/${name}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
    return { processId: Number(name), command };
  } catch {
    // It ended meanwhile, or it is not ours to look at.
    return undefined;
  }
}

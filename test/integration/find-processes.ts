import { readdir, readFile } from "node:fs/promises";

import { delay } from "../../src/lib/time.ts";
import { measureSlowness } from "../machine-speed.ts";

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

/** Resolves when those processes fit the condition; rejects with what there is after `timeoutMs`, milliseconds of a quiet machine. */
export async function waitForProcesses(
  marker: string,
  condition: (processes: readonly FoundProcess[]) => boolean,
  timeoutMs = 30_000,
): Promise<FoundProcess[]> {
  const startedAt = performance.now();
  for (;;) {
    const found = await findProcesses(marker);
    if (condition(found)) return found;
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > timeoutMs && waitedMs > timeoutMs * measureSlowness())
      throw new Error(`Waited for other processes: ${JSON.stringify(found)}`);
    await delay(20);
  }
}

export function isClaude({ command }: FoundProcess): boolean {
  return /^\S*claude /.test(command);
}

/** A tool's `sleep`, not the shell that runs it. */
export function isSleep({ command }: FoundProcess): boolean {
  return /^(\S*\/)?sleep /.test(command);
}

/** Whether a signal has stopped it. */
export async function isStopped({ processId }: FoundProcess): Promise<boolean> {
  const status = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "");
  return /^State:\s+T/m.test(status);
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

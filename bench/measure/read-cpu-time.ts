import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * How long a process has computed, in nanoseconds, all its threads together: as the kernel counts it, so that what else runs on
 * the machine does not count. Linux only.
 */
export async function readCpuTime(processId: number): Promise<number> {
  const tasks = `/proc/${processId}/task`;
  let total = 0;
  for (const task of await readdir(tasks)) {
    const [computed] = (await readFile(join(tasks, task, "schedstat"), "utf8")).split(" ");
    total += Number(computed);
  }
  return total;
}

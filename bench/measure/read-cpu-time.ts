import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** How long a process has computed, in nanoseconds, as the kernel counts it, so that what else runs on the machine does not count. */
export interface CpuTime {
  readonly allThreads: number;
  /** The one that runs JavaScript and every event of the process. */
  readonly mainThread: number;
}

/** Linux only. */
export async function readCpuTime(processId: number): Promise<CpuTime> {
  const tasks = `/proc/${processId}/task`;
  let allThreads = 0;
  let mainThread = 0;
  for (const task of await readdir(tasks)) {
    const [text] = (await readFile(join(tasks, task, "schedstat"), "utf8")).split(" ");
    const computed = Number(text);
    allThreads += computed;
    if (task === String(processId)) mainThread = computed;
  }
  return { allThreads, mainThread };
}

import { STAT_WIDTH, writeStat } from "./file-stats.ts";

/** A long list of files to look at, which two threads share: each takes the next part until none is left. */
export interface StatTask {
  readonly folder: string;
  /** Joined by NUL: one text crosses to another thread much faster than many. */
  readonly paths: string;
  readonly rows: SharedArrayBuffer;
  /** How many parts are taken, and how many of the helper's are taken and done. */
  readonly counters: SharedArrayBuffer;
}

export const COUNTER = { taken: 0, takenByHelper: 1, doneByHelper: 2 } as const;
const PART_FILES = 256;

/** Looks at parts of the list until none is left. */
export function shareStats(
  task: Omit<StatTask, "paths">,
  paths: readonly string[],
  role: "owner" | "helper",
): void {
  const rows = new Float64Array(task.rows);
  const counters = new Int32Array(task.counters);
  for (;;) {
    // Said before a part is taken, so that the owner never misses a part that the helper has.
    if (role === "helper") Atomics.add(counters, COUNTER.takenByHelper, 1);
    const start = Atomics.add(counters, COUNTER.taken, 1) * PART_FILES;
    const end = Math.min(start + PART_FILES, paths.length);
    for (let at = start; at < end; at += 1) writeStat(task.folder, paths[at] ?? "", rows, at * STAT_WIDTH);
    if (role === "helper") {
      Atomics.add(counters, COUNTER.doneByHelper, 1);
      Atomics.notify(counters, COUNTER.doneByHelper);
    }
    if (end >= paths.length) return;
  }
}

/** Waits until the helper has done what it has taken. Only in a thread that may stand still. */
export function awaitHelper(task: Pick<StatTask, "counters">): void {
  const counters = new Int32Array(task.counters);
  for (;;) {
    const done = Atomics.load(counters, COUNTER.doneByHelper);
    if (Atomics.load(counters, COUNTER.takenByHelper) === done) return;
    Atomics.wait(counters, COUNTER.doneByHelper, done, 1000);
  }
}

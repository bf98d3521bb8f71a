import { STAT_WIDTH, writeStat } from "./file-stats.ts";

/** A long list of files to stat, shared by two threads: each takes the next part until none is left. */
export interface StatTask {
  readonly folder: string;
  /** Joined by NUL: one string crosses to another thread much faster than many. */
  readonly paths: string;
  readonly rows: SharedArrayBuffer;
  /** First the number of parts taken, then a flag for each part that is done. */
  readonly parts: SharedArrayBuffer;
}

const PART_FILES = 256;

export function createStatTask(folder: string, paths: readonly string[]): StatTask {
  const parts = 1 + Math.ceil(paths.length / PART_FILES);
  return {
    folder,
    paths: paths.join("\0"),
    rows: new SharedArrayBuffer(paths.length * STAT_WIDTH * Float64Array.BYTES_PER_ELEMENT),
    parts: new SharedArrayBuffer(parts * Int32Array.BYTES_PER_ELEMENT),
  };
}

/** Stats parts of the list until none is left. */
export function shareStats(task: StatTask, paths: readonly string[]): void {
  const rows = new Float64Array(task.rows);
  const parts = new Int32Array(task.parts);
  for (let part = Atomics.add(parts, 0, 1); part < parts.length - 1; part = Atomics.add(parts, 0, 1)) {
    readPart(task, paths, part, rows);
    Atomics.store(parts, part + 1, 1);
  }
}

/**
 * All rows, once no part is left to take. Repeats the parts that the other thread has taken but not finished, since it may not
 * run again for a long time. What it writes later is not seen.
 */
export function finishStats(task: StatTask, paths: readonly string[]): Float64Array {
  const parts = new Int32Array(task.parts);
  const done = Array.from({ length: parts.length - 1 }, (_, part) => Atomics.load(parts, part + 1) === 1);
  const rows = new Float64Array(new Float64Array(task.rows));
  for (const [part, isDone] of done.entries()) if (!isDone) readPart(task, paths, part, rows);
  return rows;
}

function readPart(task: StatTask, paths: readonly string[], part: number, rows: Float64Array): void {
  const end = Math.min((part + 1) * PART_FILES, paths.length);
  for (let at = part * PART_FILES; at < end; at += 1) {
    writeStat(task.folder, paths[at] ?? "", rows, at * STAT_WIDTH);
  }
}

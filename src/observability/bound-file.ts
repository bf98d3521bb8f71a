import { copyFileSync, fstatSync, ftruncateSync, statSync } from "node:fs";

/** Beyond this size, what a server in the background prints begins anew; the last part is kept beside it. */
export const LARGE_LOG_BYTES = 10 * 1024 * 1024;

const BLOCK_BYTES = 512;

/** Where the part before is. */
export function earlierPart(path: string): string {
  return `${path}.1`;
}

/**
 * Begins a file anew that others hold open to append to, once it is large: its content goes to `<path>.1`. To be called while
 * nothing is being written. Does nothing where the descriptor is of another file than `path`, or it cannot be done.
 */
export function boundFile(path: string, descriptor: number, largeBytes = LARGE_LOG_BYTES): void {
  try {
    const { size, blocks, ino, dev } = fstatSync(descriptor);
    // Who does not append goes on behind a hole, which takes no room.
    if (size <= largeBytes || blocks * BLOCK_BYTES <= largeBytes) return;
    const named = statSync(path);
    if (named.ino !== ino || named.dev !== dev) return;
    copyFileSync(path, earlierPart(path));
    ftruncateSync(descriptor, 0);
  } catch {
    // A log that grows is better than none.
  }
}

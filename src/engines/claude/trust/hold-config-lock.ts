import { mkdir, rm, stat } from "node:fs/promises";

import { delay } from "../../../lib/time.ts";
import { codeOf } from "../../../lib/error-code.ts";

/** The same limit as Claude Code's: a process that has died no longer touches its lock. */
const STALE_MS = 10_000;
const WAIT_MS = 5000;
const PAUSE_MS = 50;

/**
 * Keeps Claude Code processes from writing to one of their files meanwhile: they lock it with a folder beside it.
 * @throws Error when another program holds the lock for too long
 */
export async function holdConfigLock(file: string): Promise<AsyncDisposable> {
  const lock = `${file}.lock`;
  for (let waited = 0; waited < WAIT_MS; waited += PAUSE_MS) {
    if (await make(lock)) {
      return { [Symbol.asyncDispose]: () => rm(lock, { recursive: true, force: true }) };
    }
    const touchedAt = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - touchedAt > STALE_MS) await rm(lock, { recursive: true, force: true });
    await delay(PAUSE_MS);
  }
  throw new Error(`Another program holds ${lock}.`);
}

async function make(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

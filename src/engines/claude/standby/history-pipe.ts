import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { delay } from "../../../lib/time.ts";
import { ensureFolder } from "../../../lib/ensure-folder.ts";
import { codeOf } from "../../../lib/error-code.ts";

const run = promisify(execFile);

/** Between two looks for a reader. */
const LOOK_MS = 20;

/**
 * A named pipe in place of the file with a history: a process that was told to resume from it stands still there until it is
 * given one. Only its owner may open it.
 */
export class HistoryPipe {
  readonly path: string;
  /** Keeps the reader waiting: without a writer it would read an empty history. */
  #held: FileHandle | undefined;
  #isRemoved = false;

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws Error where there are no named pipes */
  static async make(folder: string): Promise<HistoryPipe> {
    await ensureFolder(folder, 0o700);
    // Claude Code takes the session id from the file's name, which must be a UUID.
    const path = join(folder, `${randomUUID()}.jsonl`);
    await run("mkfifo", ["-m", "600", path]);
    return new HistoryPipe(path);
  }

  /** Resolves when a process has opened the pipe. Rejects with the signal's reason. */
  async untilRead(signal: AbortSignal): Promise<void> {
    while (!this.#held) {
      signal.throwIfAborted();
      if (this.#isRemoved) throw new Error("The pipe is gone.");
      this.#held = await open(this.path, constants.O_WRONLY | constants.O_NONBLOCK).catch(noReaderYet);
      if (!this.#held) await delay(LOOK_MS, signal);
    }
  }

  /**
   * Gives the waiting process its history. Claude Code opens the path a second time, so a file takes the pipe's place.
   * @throws Error when nobody reads it, or no more
   */
  async give(text: string): Promise<void> {
    const pipe = this.#held;
    if (!pipe) throw new Error("Nobody has opened the pipe.");
    const file = `${this.path}.tmp`;
    await writeFile(file, text, { mode: 0o600 });
    await rename(file, this.path);
    let rest = Buffer.from(text);
    while (rest.length > 0) {
      const { bytesWritten } = await pipe.write(rest).catch(noRoomYet);
      rest = rest.subarray(bytesWritten);
      if (bytesWritten === 0) await delay(1);
    }
    await this.#letGo();
  }

  /** The path is gone then, whatever stands there. */
  async remove(): Promise<void> {
    this.#isRemoved = true;
    await this.#letGo();
    await Promise.all([rm(this.path, { force: true }), rm(`${this.path}.tmp`, { force: true })]);
  }

  async #letGo(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    await held?.close();
  }
}

function noReaderYet(error: unknown): undefined {
  if (codeOf(error) === "ENXIO") return undefined;
  throw error;
}

function noRoomYet(error: unknown): { readonly bytesWritten: number } {
  if (codeOf(error) === "EAGAIN") return { bytesWritten: 0 };
  throw error;
}

import { stat } from "node:fs/promises";
import type { DatabaseSync } from "node:sqlite";

import { CompiledQuery } from "kysely";

import { repeat } from "../../lib/time.ts";
import { ThreadConnection } from "./thread-connection.ts";

/** SQLite's own measure, in bytes. */
const WORTH_IT = 1_000 * 4_096;
const LOOK_MS = 2_000;

/**
 * Carries the write-ahead log into the database file, in a thread of its own. SQLite does it in the middle of some commit otherwise, and
 * everybody waits for the disk meanwhile: 30 ms and more. The thread begins when the log is long for the first time.
 */
export class Checkpoints {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #looks: { cancel(): void };
  #thread: ThreadConnection | undefined;
  #looking: Promise<void> | undefined;
  /** When the log had last been written, at the last checkpoint: what is no newer is in the file. */
  #doneAt = 0;

  constructor(database: DatabaseSync, file: string, lookMs = LOOK_MS) {
    this.#database = database;
    this.#file = file;
    database.exec("PRAGMA wal_autocheckpoint = 0");
    this.#looks = repeat(lookMs, () => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
    });
  }

  /** To be awaited before the database is closed: who closes it last carries over what is left. */
  async close(): Promise<void> {
    this.#looks.cancel();
    await this.#looking;
    await this.#thread?.close();
  }

  async #look(): Promise<void> {
    const log = await stat(`${this.#file}-wal`).catch(() => undefined);
    if (!log || log.size < WORTH_IT || log.mtimeMs === this.#doneAt) return;
    try {
      this.#thread ??= new ThreadConnection({ file: this.#file, pragmas: "PRAGMA synchronous = NORMAL" });
      // It waits for nobody, and leaves for the next time what somebody still reads.
      await this.#thread.executeQuery(CompiledQuery.raw("PRAGMA wal_checkpoint(PASSIVE)"));
      this.#doneAt = log.mtimeMs;
    } catch {
      // Better late than a log that grows for ever.
      this.#looks.cancel();
      this.#database.exec("PRAGMA wal_autocheckpoint = 1000");
    }
  }
}

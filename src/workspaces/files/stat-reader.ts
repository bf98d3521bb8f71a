import { Worker } from "node:worker_threads";

import { STAT_WIDTH, writeStat } from "./file-stats.ts";
import { createStatTask, finishStats, shareStats } from "./stat-sharing.ts";
import { threadFile } from "../../lib/thread-file.ts";

/** Fewer files than this are done before another thread has even started. */
const WORTH_SHARING = 3000;

/** Stats many files as fast as the machine can. Blocks while it does, so it must run in its own thread. */
export class StatReader {
  #helper: Worker | undefined;

  /** Starts the helper thread, so that the first caller who needs it does not wait for it. */
  warm(): void {
    this.#startHelper();
  }

  read(folder: string, paths: readonly string[]): Float64Array {
    return this.begin(folder, paths)();
  }

  /** Lets the helper thread start on the files. The returned function joins in and returns the rows. */
  begin(folder: string, paths: readonly string[]): () => Float64Array {
    if (paths.length < WORTH_SHARING) return () => readAlone(folder, paths);
    const task = createStatTask(folder, paths);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows, this is a thread
    this.#startHelper().postMessage(task);
    return () => {
      shareStats(task, paths);
      return finishStats(task, paths);
    };
  }

  async close(): Promise<void> {
    await this.#helper?.terminate();
    this.#helper = undefined;
  }

  #startHelper(): Worker {
    if (this.#helper) return this.#helper;
    const helper = new Worker(threadFile("stat-helper", import.meta.url), { execArgv: [] });
    helper.unref();
    const forget = () => {
      if (this.#helper === helper) this.#helper = undefined;
    };
    helper.once("error", forget).once("exit", forget);
    this.#helper = helper;
    return helper;
  }
}

function readAlone(folder: string, paths: readonly string[]): Float64Array {
  const rows = new Float64Array(paths.length * STAT_WIDTH);
  for (const [at, path] of paths.entries()) writeStat(folder, path, rows, at * STAT_WIDTH);
  return rows;
}

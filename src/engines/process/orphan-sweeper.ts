import { signalProcess } from "../../lib/signal-process.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { delay } from "../../lib/time.ts";
import { findMarkedProcesses } from "./find-marked-processes.ts";

/** For processes that end by themselves, such as MCP servers, whose input closed when Claude Code ended. */
const ENDING_GRACE_MS = 250;
/** How long a process may take to end after it was asked to. */
const TERMINATE_GRACE_MS = 1_500;
/** After this time, processes that spawn new ones faster than they are killed are left alone. */
const GIVE_UP_MS = 10_000;
const POLL_MS = 25;
/** How many consecutive searches must find nothing: one search can miss processes that are created while it runs. */
const LOOKS_WITHOUT_ANY = 2;

/**
 * Ends what a Claude Code process has left behind. Claude Code ends its running commands itself when it is asked to end, but
 * not when it is killed, and never what a finished command has left in the background.
 */
export class OrphanSweeper {
  readonly #logger: Logger;
  #look: Promise<ReadonlyMap<string, readonly number[]>> | undefined;
  #lastLook: Promise<unknown> = Promise.resolve();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Must be called when the process with this marker has ended. Resolves when nothing of it is left. Never rejects. */
  async sweep(marker: string): Promise<void> {
    try {
      await this.#sweep(marker);
    } catch (error) {
      this.#logger.error("process.sweep-failed", { error });
    }
  }

  async #sweep(marker: string): Promise<void> {
    const startedAt = performance.now();
    const told = new Set<number>();
    for (let looksWithoutAny = 0; looksWithoutAny < LOOKS_WITHOUT_ANY;) {
      const found = (await this.#find()).get(marker) ?? [];
      const elapsedMs = performance.now() - startedAt;
      if (found.length === 0) {
        looksWithoutAny += 1;
        continue;
      }
      looksWithoutAny = 0;
      if (elapsedMs > GIVE_UP_MS) {
        this.#logger.error("process.leftovers-stay", { processIds: found });
        return;
      }
      if (elapsedMs > ENDING_GRACE_MS) {
        const isTimeUp = elapsedMs > ENDING_GRACE_MS + TERMINATE_GRACE_MS;
        for (const processId of found) {
          if (isTimeUp) signalProcess(processId, "SIGKILL");
          else if (!told.has(processId)) askToEnd(processId);
          told.add(processId);
        }
      }
      await delay(POLL_MS);
    }
    if (told.size > 0) this.#logger.info("process.leftovers-ended", { count: told.size });
  }

  /** Sweeps of processes that end together share a search, but it always starts after the process has ended. */
  #find(): Promise<ReadonlyMap<string, readonly number[]>> {
    this.#look ??= this.#lastLook.then(() => {
      this.#look = undefined;
      return findMarkedProcesses();
    });
    this.#lastLook = this.#look.catch(() => {});
    return this.#look;
  }
}

/** SIGCONT as well, because a stopped process handles SIGTERM only when it continues. */
function askToEnd(processId: number): void {
  signalProcess(processId, "SIGTERM");
  signalProcess(processId, "SIGCONT");
}

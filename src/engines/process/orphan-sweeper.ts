import type { Logger } from "../../core/ports/logger.ts";
import { delay } from "../../lib/time.ts";
import { findMarkedProcesses } from "./find-marked-processes.ts";

/** For what ends by itself, such as MCP servers, whose input has ended with Claude Code. */
const ENDING_GRACE_MS = 250;
/** How long what was asked to end may take over it. */
const TERMINATE_GRACE_MS = 1_500;
/** What goes on making new processes faster than they are killed is given up then. */
const GIVE_UP_MS = 10_000;
const POLL_MS = 25;
/** In how many looks after another nothing must be found: one look may miss what is made while it lasts. */
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

  /** To be called when the process with this marker has ended. Resolves when nothing of it is left. Never rejects. */
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
          if (isTimeUp) signal(processId, "SIGKILL");
          else if (!told.has(processId)) askToEnd(processId);
          told.add(processId);
        }
      }
      await delay(POLL_MS);
    }
    if (told.size > 0) this.#logger.info("process.leftovers-ended", { count: told.size });
  }

  /** Processes that end together share a look, but each one's begins after its end. */
  #find(): Promise<ReadonlyMap<string, readonly number[]>> {
    this.#look ??= this.#lastLook.then(() => {
      this.#look = undefined;
      return findMarkedProcesses();
    });
    this.#lastLook = this.#look.catch(() => {});
    return this.#look;
  }
}

/** One that is stopped hears of it only when it goes on. */
function askToEnd(processId: number): void {
  signal(processId, "SIGTERM");
  signal(processId, "SIGCONT");
}

function signal(processId: number, name: NodeJS.Signals): void {
  try {
    process.kill(processId, name);
  } catch {
    // ESRCH: it ended between the look and the signal.
  }
}

import type { Config } from "../config/config.ts";
import type { FileStore } from "../core/ports/file-store.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { CleanUp } from "../lib/clean-up.ts";
import { repeat } from "../lib/time.ts";

const PURGE_INTERVAL_MS = 60 * 60 * 1000;

/** Also removes what an upload left behind when the server ended during it. */
export function startFileSweep(files: Pick<FileStore, "sweepFiles">, logger: Logger, cleanUp: CleanUp): void {
  const sweep = () => {
    files.sweepFiles().catch((error: unknown) => logger.error("files.sweep-failed", { error }));
  };
  sweep();
  const timer = repeat(PURGE_INTERVAL_MS, sweep);
  cleanUp.defer(() => timer.cancel());
}

/** Regularly deletes the content of turns older than the retention allows. */
export function startPurge(
  config: Config,
  store: { purgeContent(olderThan: number): Promise<void> },
  clock: () => number,
  logger: Logger,
  cleanUp: CleanUp,
): void {
  const { retention } = config;
  if (retention.content !== "keep" || retention.keepContentMs === undefined) return;
  const { keepContentMs } = retention;
  const purge = () => {
    store
      .purgeContent(clock() - keepContentMs)
      .catch((error: unknown) => logger.error("store.purge-failed", { error }));
  };
  purge();
  const timer = repeat(PURGE_INTERVAL_MS, purge);
  cleanUp.defer(() => timer.cancel());
}

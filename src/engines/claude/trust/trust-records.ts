import type { Logger } from "../../../core/ports/logger.ts";
import { recordTrust } from "./record-trust.ts";

/** Tells Claude Code, once, of each trusted folder in which sessions work. */
export class TrustRecords {
  readonly #logger: Logger;
  readonly #told = new Map<string, Promise<void>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Never rejects: without the record the folder still works, except for some of its settings. */
  record(folder: string, environment: Readonly<Record<string, string>>): Promise<void> {
    const key = JSON.stringify([folder, environment["CLAUDE_CONFIG_DIR"], environment["HOME"]]);
    const told = this.#told.get(key) ?? this.#record(folder, environment);
    this.#told.set(key, told);
    return told;
  }

  async #record(folder: string, environment: Readonly<Record<string, string>>): Promise<void> {
    try {
      await recordTrust(folder, environment);
    } catch (error) {
      this.#logger.error("trust.not-recorded", { folder, error });
    }
  }
}

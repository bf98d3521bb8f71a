import { AppError } from "../../core/words/app-error.ts";
import type { TreeEntry } from "./tree-entry.ts";

const GIBIBYTE = 1024 ** 3;

export interface EntryLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** The most that a conversation's own folder may start with. */
export const ENTRY_LIMITS: EntryLimits = { maxFiles: 200_000, maxBytes: 4 * GIBIBYTE };

/** Counts what is to be copied before anything is copied. */
export class EntryCount {
  readonly #limits: EntryLimits;
  readonly #profileName: string;
  #files = 0;
  #bytes = 0;

  constructor(limits: EntryLimits, profileName: string) {
    this.#limits = limits;
    this.#profileName = profileName;
  }

  /** @throws AppError `invalid-request` when the total is too large */
  add(entry: Pick<TreeEntry, "type" | "size">): void {
    this.#files += 1;
    if (entry.type === "file") this.#bytes += entry.size;
    const { maxFiles, maxBytes } = this.#limits;
    if (this.#files <= maxFiles && this.#bytes <= maxBytes) return;
    throw new AppError({
      kind: "invalid-request",
      message:
        `The workspace is too large for a folder of the conversation's own: more than ${maxFiles.toLocaleString("en")} ` +
        `files or ${(maxBytes / GIBIBYTE).toLocaleString("en")} GiB. Choose a smaller workspace, or none of isolation ` +
        `(setting profiles.${this.#profileName}.isolation).`,
    });
  }
}

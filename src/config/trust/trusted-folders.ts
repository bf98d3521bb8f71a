import { realpathSync, statSync } from "node:fs";

import type { FolderTrust } from "../../core/ports/folder-trust.ts";
import { isInside } from "../../lib/is-inside.ts";
import type { Config } from "../config.ts";
import { findFolderSettings, foldersAbove } from "./find-folder-settings.ts";
import { readTrustFile, trustFile, type TrustList } from "./trust-file.ts";

interface TrustedFoldersParts {
  readonly config: Pick<Config, "dataDir" | "trustedFolders">;
  /** Claude Code's settings in this folder are the person's own. */
  readonly homeDir: string;
  /** Called once for each state of the file. An unreadable file trusts nothing. */
  readonly onUnreadable: (error: unknown) => void;
}

export type TrustVerdict =
  | { readonly type: "trusted" }
  | { readonly type: "untrusted" }
  /** The folder is trusted, but Claude Code would also read the settings of a folder above it that is not. */
  | { readonly type: "below-untrusted"; readonly above: string };

/**
 * The trusted folders of the configuration and those added by `turnpike trust`, including all of their subfolders. A change
 * takes effect at once, for processes started from then on.
 */
export class TrustedFolders implements FolderTrust {
  readonly #parts: TrustedFoldersParts;
  readonly #home: string;
  #stored: TrustList = { trusted: [], declined: [] };
  #stamp: string | undefined;

  constructor(parts: TrustedFoldersParts) {
    this.#parts = parts;
    this.#home = realPath(parts.homeDir);
  }

  isTrusted(folder: string): boolean {
    return this.judge(folder).type === "trusted";
  }

  /** @param folder absolute real path */
  judge(folder: string): TrustVerdict {
    const { trustedFolders } = this.#parts.config;
    const covers = [...trustedFolders, ...this.#list().trusted].filter((root) => isInside(folder, root));
    const [widest] = covers.toSorted((left, right) => left.length - right.length);
    if (widest === undefined) return { type: "untrusted" };
    const above = this.#settingsAbove(widest);
    return above === undefined ? { type: "trusted" } : { type: "below-untrusted", above };
  }

  /** Whether the operator was asked and declined. */
  isDeclined(folder: string): boolean {
    return this.#list().declined.includes(folder);
  }

  /** The nearest folder above with its own settings, except the home folder. */
  #settingsAbove(folder: string): string | undefined {
    return foldersAbove(folder).find((above) => above !== this.#home && findFolderSettings(above).length > 0);
  }

  #list(): TrustList {
    const stamp = stampOf(trustFile(this.#parts.config.dataDir));
    if (stamp === this.#stamp) return this.#stored;
    this.#stamp = stamp;
    this.#stored = { trusted: [], declined: [] };
    try {
      this.#stored = readTrustFile(this.#parts.config.dataDir);
    } catch (error) {
      this.#parts.onUnreadable(error);
    }
    return this.#stored;
  }
}

/** Differs for each state of the file, which is always replaced as a whole. */
function stampOf(file: string): string {
  try {
    const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
    return stats === undefined ? "none" : `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
  } catch (error) {
    return String(error);
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

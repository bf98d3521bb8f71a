import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { NodePresence } from "../../core/ports/nodes.ts";
import type { NodeId } from "../../core/words/ids.ts";
import { lockFile } from "../../lib/file-lock.ts";
import { createPrivateFile } from "../database/open-sqlite.ts";
import { ensureFolderSync } from "../../lib/ensure-folder.ts";

/** Nodes that share a data folder detect each other through locked files: a process's locks end with it. */
export class LockedPresence implements NodePresence {
  readonly #folder: string;
  readonly #own: NodeId;
  readonly #lock: Disposable;

  constructor(folder: string, own: NodeId) {
    ensureFolderSync(folder, 0o700);
    this.#folder = folder;
    this.#own = own;
    createPrivateFile(join(folder, own));
    this.#lock = lockFile(join(folder, own));
  }

  findGone(): readonly NodeId[] {
    // Proof for the cast: the constructor names the folder's files after nodes.
    const ids = readdirSync(this.#folder).filter((name) => !name.includes("-journal")) as NodeId[];
    return ids.filter((id) => id !== this.#own && !this.#isLocked(id));
  }

  forget(id: NodeId): void {
    rmSync(join(this.#folder, id), { force: true });
  }

  close(): void {
    this.#lock[Symbol.dispose]();
    this.forget(this.#own);
  }

  #isLocked(id: NodeId): boolean {
    try {
      lockFile(join(this.#folder, id))[Symbol.dispose]();
      return false;
    } catch {
      // Locked, or inaccessible for another reason: its lease will tell.
      return true;
    }
  }
}

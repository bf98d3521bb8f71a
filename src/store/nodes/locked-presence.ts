import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import type { NodePresence } from "../../core/ports/nodes.ts";
import type { NodeId } from "../../core/words/ids.ts";
import { createPrivateFile } from "../database/open-sqlite.ts";

/**
 * Nodes that share a data folder detect each other through locked files: the operating system releases a lock when its process
 * ends, however it ends, and never earlier. Process ids would not do: another process may have got one by now, and each
 * container has its own. SQLite does the locking, because Node has no call for it; the files stay empty.
 */
export class LockedPresence implements NodePresence {
  readonly #folder: string;
  readonly #own: NodeId;
  readonly #lock: DatabaseSync;

  constructor(folder: string, own: NodeId) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
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
    this.#lock.close();
    this.forget(this.#own);
  }

  #isLocked(id: NodeId): boolean {
    try {
      lockFile(join(this.#folder, id)).close();
      return false;
    } catch {
      // Locked, or inaccessible for another reason: its lease will tell.
      return true;
    }
  }
}

/** @throws when another process holds it */
function lockFile(path: string): DatabaseSync {
  const file = new DatabaseSync(path);
  try {
    file.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

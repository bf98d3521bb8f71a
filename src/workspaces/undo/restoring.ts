import { randomUUID } from "node:crypto";
import { chmod, lstat, mkdir, readdir, rename, rmdir, symlink, unlink, writeFile } from "node:fs/promises";

import type { KeptFileChange } from "../../core/ports/workspace-snapshots.ts";
import { CleanUp } from "../../lib/clean-up.ts";
import { isSymlink } from "../files/file-stats.ts";
import { isCode } from "../../lib/error-code.ts";
import { HeldFolder } from "../files/held-folder.ts";

/** Without setuid and setgid: the bits that let a program run as somebody else. */
const PERMISSIONS = 0o777;
const DEFAULT_MODE = 0o644;
/** A folder older than the longest turn existed before the turn. */
const LONGEST_TURN_MS = 2 * 60 * 60 * 1000;

/**
 * One undo. Everything it replaces is kept in a separate folder until the end, so that a failure halfway can be rolled back.
 */
export class Restoring {
  readonly #folder: string;
  readonly #aside = `.undo-${randomUUID()}`;
  readonly #undo = new CleanUp();
  /** When the turn first touched one of the files. */
  #touchedMs = Infinity;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async restore(changes: readonly KeptFileChange[]): Promise<void> {
    await this.#in(this.#aside, (path) => mkdir(path, { mode: 0o700 }));
    this.#undo.defer(() => this.#in(this.#aside, (path) => rmdir(path)));
    const places = new Map(changes.map((change, at) => [change, `${this.#aside}/${at}`]));
    for (const [change, place] of places)
      if (change.type !== "deleted") await this.#putAside(change.path, place);
    for (const [change, place] of places) if (change.type !== "created") await this.#bringBack(change, place);
  }

  async takeBack(): Promise<void> {
    await this.#undo.run();
  }

  /** Deletes what was replaced, and the folders that were created only for files that are now gone. */
  async finish(changes: readonly KeptFileChange[]): Promise<void> {
    for (const [at, { type }] of changes.entries()) {
      if (type !== "deleted")
        await this.#in(`${this.#aside}/${at}`, (path) => unlink(path).catch(ignoreMissing));
    }
    await this.#in(this.#aside, (path) => rmdir(path));
    const folders = new Set<string>();
    for (const { type, path } of changes) {
      if (type !== "created" && type !== "renamed") continue;
      for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
        folders.add(path.slice(0, at));
    }
    const deepestFirst = [...folders].toSorted((one, other) => other.length - one.length);
    for (const path of deepestFirst) await this.#removeYoungFolder(path);
  }

  async #putAside(path: string, place: string): Promise<void> {
    const { ctimeMs } = await this.#in(path, (systemPath) => lstat(systemPath));
    this.#touchedMs = Math.min(this.#touchedMs, ctimeMs);
    await this.#move(path, place);
  }

  async #bringBack(change: KeptFileChange, place: string): Promise<void> {
    const { before, after, modeBefore = DEFAULT_MODE } = change;
    const target = change.previousPath ?? change.path;
    if (before === undefined) throw new Error("the content before is not known");
    await this.#removeEmptyFolder(target);
    const isSameType =
      change.modeAfter === undefined || isSymlink(change.modeAfter) === isSymlink(modeBefore);
    // Where moving is enough, the same file comes back: it may have hard links and more to it than content.
    if (change.type !== "deleted" && after && isSameType && Buffer.compare(before, after) === 0) {
      return this.#moveBack(change, place, target);
    }
    await this.#in(target, async (path) => {
      if (isSymlink(modeBefore)) await symlink(Buffer.from(before), path);
      else await writeFile(path, before, { flag: "wx", mode: 0o600 });
      this.#undo.defer(() => this.#in(target, (written) => unlink(written)));
      if (!isSymlink(modeBefore)) await chmod(path, modeBefore & PERMISSIONS);
    });
  }

  async #moveBack({ modeBefore, modeAfter }: KeptFileChange, place: string, target: string): Promise<void> {
    if (modeBefore !== undefined && modeAfter !== undefined && modeBefore !== modeAfter) {
      await this.#in(place, (path) => chmod(path, modeBefore & PERMISSIONS));
      this.#undo.defer(() => this.#in(place, (path) => chmod(path, modeAfter & PERMISSIONS)));
    }
    await this.#move(place, target);
  }

  async #move(from: string, to: string): Promise<void> {
    await this.#in(from, (source) => this.#in(to, (target) => rename(source, target)));
    this.#undo.defer(() => this.#in(to, (source) => this.#in(from, (target) => rename(source, target))));
  }

  /** The files below it have been moved aside. */
  async #removeEmptyFolder(path: string): Promise<void> {
    await this.#in(path, async (systemPath) => {
      try {
        const names = await readdir(systemPath);
        for (const name of names) await this.#removeEmptyFolder(`${path}/${name}`);
        await rmdir(systemPath);
      } catch (error) {
        ignoreMissing(error);
      }
    });
  }

  /** Best effort: the folder stays if it is not empty, may have existed before the turn, or cannot be removed. */
  async #removeYoungFolder(path: string): Promise<void> {
    await using parent = await HeldFolder.openParent(this.#folder, path);
    if (!parent) return;
    try {
      const { birthtimeMs } = await lstat(parent.pathOf(path));
      if (birthtimeMs >= this.#touchedMs - LONGEST_TURN_MS) await rmdir(parent.pathOf(path));
    } catch (error) {
      if (!isCode(error, "ENOENT", "ENOTDIR", "ENOTEMPTY", "EEXIST", "EACCES", "EPERM", "EBUSY")) throw error;
    }
  }

  /** Runs `task` on a path that cannot lead out of the folder. */
  async #in<Result>(path: string, task: (systemPath: string | Buffer) => Promise<Result>): Promise<Result> {
    await using parent = await HeldFolder.makeParent(this.#folder, path);
    if (!parent) throw new Error("a folder on the way is a link, or no folder");
    return await task(parent.pathOf(path));
  }
}

function ignoreMissing(error: unknown): void {
  if (!isCode(error, "ENOENT", "ENOTDIR")) throw error;
}

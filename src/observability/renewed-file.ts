import { constants, fstatSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ensureFolderSync } from "../lib/ensure-folder.ts";

/** How often it is looked whether the file is still there. */
const LOOK_MS = 1_000;

/**
 * A file to append to, which programs such as logrotate may move away: from then on there is a new one of its name, which only
 * this user can read, too. `open` is told of each descriptor and owns it.
 * @throws immediately when it cannot be opened, as a pipe that nobody reads cannot be (ENXIO)
 */
export class RenewedFile<Opened> {
  readonly #path: string;
  readonly #open: (descriptor: number) => Opened;
  readonly #close: (opened: Opened) => void;
  #descriptor: number;
  #opened: Opened;
  #lookedAt = performance.now();

  constructor(path: string, open: (descriptor: number) => Opened, close: (opened: Opened) => void) {
    [this.#path, this.#open, this.#close] = [path, open, close];
    this.#descriptor = openToAppend(path);
    this.#opened = open(this.#descriptor);
  }

  /** Of the file that has the name now. */
  get(): Opened {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MS) return this.#opened;
    this.#lookedAt = now;
    if (!this.#hasName()) this.#renew();
    return this.#opened;
  }

  #hasName(): boolean {
    try {
      const [named, own] = [statSync(this.#path), fstatSync(this.#descriptor)];
      return named.ino === own.ino && named.dev === own.dev;
    } catch {
      return false;
    }
  }

  /** Where that cannot be done, the lines go on to the moved one. */
  #renew(): void {
    let descriptor: number;
    try {
      descriptor = openToAppend(this.#path);
    } catch {
      return;
    }
    this.#close(this.#opened);
    this.#descriptor = descriptor;
    this.#opened = this.#open(descriptor);
  }
}

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;

/** A pipe's reader is not waited for: neither here, nor, when it is slow, by a thread that others need. */
const FLAGS = O_APPEND | O_CREAT | O_WRONLY | (O_NONBLOCK ?? 0);

function openToAppend(path: string): number {
  ensureFolderSync(dirname(path), 0o700);
  return openSync(path, FLAGS, 0o600);
}

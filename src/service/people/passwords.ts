import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from "node:crypto";

import { AppError } from "../../core/words/app-error.ts";
import { Semaphore } from "../../lib/semaphore.ts";

/** What a guess costs. `logN`: 2 ** logN * blockSize * 128 bytes of memory. */
export interface PasswordCost {
  readonly logN: number;
  readonly blockSize: number;
  readonly parallel: number;
}

/** 32 MiB, as OWASP recommends; some 200 ms. */
const COST: PasswordCost = { logN: 15, blockSize: 8, parallel: 3 };
const HASH_BYTES = 32;

/** They share libuv's four threads with everything that reads files. */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 32;

const NEVER = new AbortController().signal;

/** Hashes and compares passwords with scrypt, a few at a time. Methods reject with AppError `queue-full` when too many wait. */
export class Passwords {
  readonly #cost: PasswordCost;
  readonly #places = new Semaphore(MAX_AT_ONCE);
  /** Compared with when there is no such user, so that the answer takes as long. */
  readonly #nobody: Promise<string>;

  constructor(cost = COST) {
    this.#cost = cost;
    this.#nobody = Promise.resolve(format(cost, randomBytes(16), randomBytes(HASH_BYTES)));
  }

  /** What is stored of a password: its hash with what it was made with. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return format(this.#cost, salt, await this.#derive(password, salt, this.#cost));
  }

  /** Without a stored hash it is always wrong, after the same time. */
  async isRight(password: string, stored: string | undefined): Promise<boolean> {
    const { cost, salt, hash } = parse(stored ?? (await this.#nobody));
    const derived = await this.#derive(password, salt, cost);
    return timingSafeEqual(derived, hash) && stored !== undefined;
  }

  async #derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
    if (this.#places.isFull && this.#places.waiting >= MAX_WAITING) {
      throw new AppError({ kind: "queue-full", message: "Too many people sign in at once. Try again soon." });
    }
    const release = await this.#places.acquire(NEVER);
    try {
      return await derive(password.normalize("NFKC"), salt, cost);
    } finally {
      release();
    }
  }
}

function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  const { logN, blockSize, parallel } = cost;
  const options: ScryptOptions = {
    N: 2 ** logN,
    r: blockSize,
    p: parallel,
    // Twice what it needs.
    maxmem: 2 ** logN * blockSize * 256,
  };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, options, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

function format({ logN, blockSize, parallel }: PasswordCost, salt: Buffer, hash: Buffer): string {
  return ["scrypt", logN, blockSize, parallel, salt.toString("base64"), hash.toString("base64")].join("$");
}

function parse(stored: string): {
  readonly cost: PasswordCost;
  readonly salt: Buffer;
  readonly hash: Buffer;
} {
  const [, logN, blockSize, parallel, salt = "", hash = ""] = stored.split("$");
  return {
    cost: { logN: Number(logN), blockSize: Number(blockSize), parallel: Number(parallel) },
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
}

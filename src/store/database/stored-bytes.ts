import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import type { Brand } from "../../lib/brand.ts";

/** Bytes as stored in a column: one byte for the compression, then the data. */
export type StoredBytes = Brand<Uint8Array, "StoredBytes">;

const PLAIN = 0;
const GZIP = 1;
/** For less, compression is not worth its time: a turn may leave a thousand small files, and its end waits for them. */
const MIN_PACKED_BYTES = 16 * 1024;
/** Compressed only if that saves at least a tenth: images and archives stay as they are. */
const WORTH = 0.9;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * Compresses bytes, off the event loop, where that pays. The result is never empty, because SQLite would turn empty bytes into
 * null.
 */
export async function toStoredBytes(bytes: Uint8Array): Promise<StoredBytes> {
  if (bytes.byteLength >= MIN_PACKED_BYTES) {
    const packed = await pack(bytes, { level: 1 });
    if (packed.byteLength < bytes.byteLength * WORTH) return mark(GZIP, packed);
  }
  return mark(PLAIN, bytes);
}

export async function fromStoredBytes(stored: StoredBytes): Promise<Uint8Array> {
  const rest = stored.subarray(1);
  return stored[0] === GZIP ? unpack(rest) : rest;
}

function mark(packing: number, bytes: Uint8Array): StoredBytes {
  const marked = new Uint8Array(bytes.byteLength + 1);
  marked[0] = packing;
  marked.set(bytes, 1);
  // Proof: this is the format that the type stands for.
  return marked as StoredBytes;
}

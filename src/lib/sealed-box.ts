import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Marks sealed texts in this format. */
const PREFIX = "tps1_";

/** Seals values that a client keeps for the server without being able to read or change them. */
export interface SealedBox {
  /** JSON value in, text out; base64url without padding. Opening it requires the same `owner`. */
  seal(value: unknown, owner: string): string;
  /** The sealed value, or undefined for anything that this server did not seal for this owner. */
  unseal(text: string, owner: string): unknown;
}

/** @param key 32 bytes */
export function createSealedBox(key: Uint8Array): SealedBox {
  return {
    seal(value, owner) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(owner));
      const sealed = [cipher.update(JSON.stringify(value), "utf8"), cipher.final()];
      return PREFIX + Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString("base64url");
    },

    unseal(text, owner) {
      if (!text.startsWith(PREFIX)) return undefined;
      const bytes = Buffer.from(text.slice(PREFIX.length), "base64url");
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(owner))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const opened = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
        return JSON.parse(Buffer.concat(opened).toString("utf8"));
      } catch {
        // Sealed by another server or for another owner, or changed on the way.
        return undefined;
      }
    },
  };
}

import type { ApiKey } from "../words/api-key.ts";
import type { PrincipalId } from "../words/ids.ts";

/** What is kept of a secret. */
export interface StoredSecret {
  /** SHA-256 of the secret, in hexadecimal. */
  readonly hash: string;
  /** Its first characters. */
  readonly prefix: string;
}

export interface FoundKey {
  readonly key: ApiKey;
  /** When the secret that it was found by ceases to be valid; absent: with the key. Milliseconds since the epoch. */
  readonly secretEndsAt?: number;
}

/** The API keys in the database. A revoked one stays on record, without secrets. */
export interface ApiKeyStore {
  createKey(key: ApiKey, hash: string): Promise<void>;
  /** The oldest first, revoked and expired ones included. */
  listKeys(): Promise<readonly ApiKey[]>;
  findKey(id: PrincipalId): Promise<ApiKey | undefined>;
  /** Whether it has expired is for the caller to see. */
  findKeyByHash(hash: string): Promise<FoundKey | undefined>;
  /**
   * Replaces what can be set of a key by what `change` makes of it; nobody else changes it meanwhile. Undefined when there is none
   * or it is revoked.
   */
  changeKey(id: PrincipalId, change: (key: ApiKey) => ApiKey): Promise<ApiKey | undefined>;
  /** Gives it another secret; earlier ones stay valid until `earlierEndAt` at most. Undefined as above. */
  rotateKey(id: PrincipalId, secret: StoredSecret, earlierEndAt: number): Promise<ApiKey | undefined>;
  /** Takes all secrets from it, for good. Undefined as above. */
  revokeKey(id: PrincipalId, at: number): Promise<ApiKey | undefined>;
}

import type { Principal } from "../words/principal.ts";

/** The keys that open the server. Keys themselves never get here: who steals the store has nothing to send. */
export interface KeyStore {
  /** Who asks without a key; absent when one is needed. */
  readonly withoutKey?: Principal;
  /**
   * Whose key has this hash; undefined when no key has. Looking a hash up tells an attacker nothing by its timing: who cannot
   * invert it cannot approach a known one.
   * @param hash - SHA-256 of the key, in hexadecimal
   */
  find(hash: string): Promise<Principal | undefined>;
}

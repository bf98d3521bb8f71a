import type { PrincipalId } from "../words/ids.ts";
import type { Principal } from "../words/principal.ts";

/** The keys that give access to the server. It never holds the keys themselves: a stolen store contains nothing to send. */
export interface KeyStore {
  /** The principal of a request without a key; absent when a key is required. */
  readonly withoutKey?: Principal;
  /**
   * The principal whose key has this hash; undefined when there is none. The timing of a hash lookup helps no attacker: without
   * inverting the hash, nobody can approach a known one step by step.
   * @param hash - SHA-256 of the key, in hexadecimal
   */
  find(hash: string): Promise<Principal | undefined>;
  /** A principal as it is by now; `gone` when its key has been revoked or has expired, undefined when no key here has it. */
  findById(id: PrincipalId): Promise<Principal | "gone" | undefined>;
}

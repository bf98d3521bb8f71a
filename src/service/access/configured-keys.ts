import type { KeyStore } from "../../core/ports/key-store.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { Principal } from "../../core/words/principal.ts";
import { sha256 } from "../../lib/sha256.ts";
import type { Authentication } from "./authentication.ts";

// Proof for the cast: keys have other names, so this is nobody else.
export const LOCAL_USER = "local" as PrincipalId;

/** The keys of the configuration and of the data folder, fixed for the life of the server. */
export function configuredKeys(authentication: Authentication): KeyStore {
  const { approverKeys = [], approverKeyHashes = [], clientsMayApprove = false } = authentication;
  const ofClient = clientsMayApprove ? "own" : "none";
  const approvers = new Set([...approverKeys.map(sha256), ...approverKeyHashes]);
  const clients = new Set(authentication.type === "keys" ? authentication.keys.map(sha256) : []);
  const find = async (hash: string): Promise<Principal | undefined> => {
    const mayUse = clients.has(hash);
    const mayApproveAll = approvers.has(hash);
    if (!mayUse && !mayApproveAll) return undefined;
    return { id: principalOfHash(hash), mayUse, mayApprove: mayApproveAll ? "all" : ofClient };
  };
  const byId = new Map([...clients, ...approvers].map((hash) => [principalOfHash(hash), hash]));
  const withoutKey: Principal | undefined =
    authentication.type === "none" ? { id: LOCAL_USER, mayUse: true, mayApprove: ofClient } : undefined;
  return {
    find,
    async findById(id) {
      const hash = byId.get(id);
      return hash === undefined ? undefined : find(hash);
    },
    ...(withoutKey && { withoutKey }),
  };
}

/** Stable for a key across restarts, and useless to anybody who sees it. */
export function principalOfKey(key: string): PrincipalId {
  return principalOfHash(sha256(key));
}

function principalOfHash(hash: string): PrincipalId {
  // Proof for the cast: the name is made of the key's own hash, so no other key has it.
  return `key_${hash.slice(0, 16)}` as PrincipalId;
}

import { AppError } from "../../core/words/app-error.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import { sha256 } from "../../lib/sha256.ts";
import type { Authentication } from "./authentication.ts";
import type { Principal } from "./principal.ts";

// Proof for the cast: without keys there is one principal, and this is its name.
const LOCAL = "local" as PrincipalId;

/** Finds out whose one of these keys is. */
export type IdentifyPrincipal = (keys: readonly string[]) => Principal;

/** The function throws AppError `unauthorized` when no key is one of the server's, and one is needed. */
export function createIdentifyPrincipal(authentication: Authentication): IdentifyPrincipal {
  // Looking up a hash tells an attacker nothing by its timing: who cannot invert it cannot approach a known one.
  const principals = collectPrincipals(authentication);
  const nobody = authentication.type === "none" ? localUser(authentication) : undefined;
  return (keys) => {
    const [known] = keys.flatMap((key) => principals.get(sha256(key)) ?? []);
    const principal = known ?? nobody;
    if (principal === undefined) throw describeMissingKey(keys.length > 0);
    return principal;
  };
}

function collectPrincipals(authentication: Authentication): ReadonlyMap<string, Principal> {
  const { approverKeys = [], approverKeyHashes = [], clientsMayApprove = false } = authentication;
  const apiKeys = authentication.type === "keys" ? authentication.keys : [];
  const approvers = new Set([...approverKeys.map(sha256), ...approverKeyHashes]);
  const clients = new Set(apiKeys.map(sha256));
  return new Map(
    [...approvers, ...clients].map((hash) => {
      const ofClient = clientsMayApprove ? "own" : "none";
      const mayApprove = approvers.has(hash) ? "all" : ofClient;
      return [hash, { id: principalOfHash(hash), mayUse: clients.has(hash), mayApprove }] as const;
    }),
  );
}

function localUser({ clientsMayApprove = false }: Authentication): Principal {
  return { id: LOCAL, mayUse: true, mayApprove: clientsMayApprove ? "own" : "none" };
}

function describeMissingKey(isAnyGiven: boolean): AppError {
  return new AppError({
    kind: "unauthorized",
    message: isAnyGiven
      ? "Incorrect API key provided. The server printed its key at its first start."
      : "You didn't provide an API key. Send it in the Authorization header (Authorization: Bearer YOUR_KEY) or in the header x-api-key.",
  });
}

/** Stable for a key over restarts, and of no use to who sees it. */
export function principalOfKey(key: string): PrincipalId {
  return principalOfHash(sha256(key));
}

function principalOfHash(hash: string): PrincipalId {
  // Proof for the cast: the name is made of the key's own hash, so no other key has it.
  return `key_${hash.slice(0, 16)}` as PrincipalId;
}

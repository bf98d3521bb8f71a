import type { KeyStore } from "../../core/ports/key-store.ts";
import { LOCAL_USER } from "./configured-keys.ts";

/**
 * The same keys, where whoever brings none is the local user: for a way in that only this user has. It may use and administer the
 * server; it may answer approvals no more than a client with an API key.
 */
export function withLocalUser(keys: KeyStore, clientsMayApprove: boolean): KeyStore {
  const mayApprove = clientsMayApprove ? "own" : "none";
  const own = keys.withoutKey ?? { id: LOCAL_USER, mayUse: true, mayApprove };
  return {
    find: (hash) => keys.find(hash),
    findById: (id) => keys.findById(id),
    withoutKey: { ...own, adminRole: "admin" },
  };
}

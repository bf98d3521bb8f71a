import { realpathSync } from "node:fs";
import { resolve } from "node:path";

import type { ApiKeyStore } from "../core/ports/api-key-store.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { KeyStore } from "../core/ports/key-store.ts";
import type { Logger } from "../core/ports/logger.ts";
import { KeyAdmin } from "../service/access/key-admin.ts";
import { KeyDirectory } from "../service/access/key-directory.ts";

/** The keys of the configuration and those in the database as one, and the way to change the latter. */
export function openKeys(
  configured: KeyStore,
  store: ApiKeyStore,
  parts: { readonly clientsMayApprove: boolean; readonly clock: Clock; readonly logger: Logger },
): { readonly keys: KeyStore; readonly keyAdmin: KeyAdmin } {
  const { clock, logger, clientsMayApprove } = parts;
  const keys = new KeyDirectory({ configured, store, ofClients: clientsMayApprove ? "own" : "none", clock });
  return { keys, keyAdmin: createKeyAdmin(store, { clock, logger, onChange: () => keys.forget() }) };
}

/** Changes keys where no server needs to hear of it. */
export function createKeyAdmin(
  store: ApiKeyStore,
  parts: { readonly clock: Clock; readonly logger: Logger; readonly onChange: () => void },
): KeyAdmin {
  return new KeyAdmin({ ...parts, store, realFolder });
}

/** Turns work in real paths, so bounds are told in them. */
function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

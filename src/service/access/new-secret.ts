import { randomBytes } from "node:crypto";

import type { StoredSecret } from "../../core/ports/api-key-store.ts";
import { sha256 } from "../../lib/sha256.ts";

/** As long as people need to tell keys apart; the rest has 220 bits. */
const PREFIX_LENGTH = 9;

/** A new secret, to be shown once, and what is kept of it. */
export function newSecret(): { readonly secret: string; readonly stored: StoredSecret } {
  const secret = `tp-${randomBytes(32).toString("base64url")}`;
  return { secret, stored: { hash: sha256(secret), prefix: secret.slice(0, PREFIX_LENGTH) } };
}

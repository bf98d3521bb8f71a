import type { KeyStore } from "../../core/ports/key-store.ts";
import { AppError } from "../../core/words/app-error.ts";
import type { Principal } from "../../core/words/principal.ts";
import { sha256 } from "../../lib/sha256.ts";

/**
 * Finds the principal of the first key that the server knows.
 * @throws AppError `unauthorized` when none is known and one is needed
 */
export async function identifyPrincipal(store: KeyStore, keys: readonly string[]): Promise<Principal> {
  for (const key of keys) {
    const principal = await store.find(sha256(key));
    if (principal) return principal;
  }
  if (store.withoutKey) return store.withoutKey;
  throw new AppError({
    kind: "unauthorized",
    message:
      keys.length > 0
        ? "Incorrect API key provided. The server printed its key at its first start."
        : "You didn't provide an API key. Send it in the Authorization header (Authorization: Bearer YOUR_KEY) or in the header x-api-key.",
  });
}

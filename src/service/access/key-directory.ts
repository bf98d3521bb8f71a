import type { ApiKeyStore, FoundKey } from "../../core/ports/api-key-store.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { KeyStore } from "../../core/ports/key-store.ts";
import type { ApprovalRight } from "../../core/words/api-key.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { Principal } from "../../core/words/principal.ts";
import { RecentMap } from "../../lib/recent-map.ts";
import { principalOfApiKey } from "./principal-of-key.ts";

/** So long a change that another server makes may go unnoticed. */
const FRESH_MS = 1_000;
/** Of keys, known and unknown, that were asked for. */
const MAX_REMEMBERED = 10_000;

interface Remembered {
  readonly readAt: number;
  readonly found: Promise<FoundKey | undefined>;
}

export interface KeyDirectoryParts {
  /** They come first, and need no database. */
  readonly configured: KeyStore;
  readonly store: Pick<ApiKeyStore, "findKey" | "findKeyByHash">;
  /** Whose approvals a client may answer whose key does not say. */
  readonly ofClients: ApprovalRight;
  readonly clock: Clock;
}

/** All keys that the server takes: those of the configuration, and those in the database. Look-ups are remembered for a second. */
export class KeyDirectory implements KeyStore {
  readonly withoutKey?: Principal;
  readonly #parts: KeyDirectoryParts;
  #remembered = new RecentMap<string, Remembered>(MAX_REMEMBERED);

  constructor(parts: KeyDirectoryParts) {
    const { withoutKey } = parts.configured;
    this.#parts = parts;
    if (withoutKey) this.withoutKey = withoutKey;
  }

  async find(hash: string): Promise<Principal | undefined> {
    const { configured, store } = this.#parts;
    const known = await configured.find(hash);
    if (known) return known;
    const found = await this.#ask(hash, () => store.findKeyByHash(hash));
    return found && !this.#isOver(found) ? this.#toPrincipal(found) : undefined;
  }

  async findById(id: PrincipalId): Promise<Principal | "gone" | undefined> {
    const { configured, store } = this.#parts;
    const known = await configured.findById(id);
    if (known || !isOfKey(id)) return known;
    const found = await this.#ask(id, async () => {
      const key = await store.findKey(id);
      return key && { key };
    });
    if (!found) return undefined;
    return this.#isOver(found) ? "gone" : this.#toPrincipal(found);
  }

  /** Called after each change of a key by this server: it counts from now on. */
  forget(): void {
    this.#remembered = new RecentMap(MAX_REMEMBERED);
  }

  #ask(name: string, read: () => Promise<FoundKey | undefined>): Promise<FoundKey | undefined> {
    const now = this.#parts.clock();
    const known = this.#remembered.get(name);
    if (known && now - known.readAt < FRESH_MS && now >= known.readAt) return known.found;
    const remembered = this.#remembered;
    const asked = { readAt: now, found: read() };
    remembered.set(name, asked);
    // What could not be read is asked for again at once.
    asked.found.catch(() => remembered.set(name, { ...asked, readAt: now - FRESH_MS }));
    return asked.found;
  }

  #isOver({ key, secretEndsAt }: FoundKey): boolean {
    const ends = [key.expiresAt, key.revokedAt, secretEndsAt].filter((at) => at !== undefined);
    return ends.some((at) => at <= this.#parts.clock());
  }

  #toPrincipal({ key }: FoundKey): Principal {
    return principalOfApiKey(key, this.#parts.ofClients);
  }
}

/** Others, such as the local user, are in no database. */
function isOfKey(id: PrincipalId): boolean {
  return id.startsWith("key_");
}

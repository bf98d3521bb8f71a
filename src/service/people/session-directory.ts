import type { Clock } from "../../core/ports/clock.ts";
import type { KeyStore } from "../../core/ports/key-store.ts";
import type { UserSession, UserStore } from "../../core/ports/user-store.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { Principal } from "../../core/words/principal.ts";
import { principalIdOfUser, type User, userIdOfPrincipal } from "../../core/words/user.ts";
import { RecentMap } from "../../lib/recent-map.ts";
import { sha256 } from "../../lib/sha256.ts";

/** Without a request for so long, a session is over. */
export const IDLE_MS = 7 * 24 * 60 * 60 * 1000;
/** So long a change that another server makes may go unnoticed. */
const FRESH_MS = 1_000;
/** Not every request is worth a write. */
const NOTE_USE_MS = 5 * 60 * 1000;
const MAX_REMEMBERED = 10_000;

/** Somebody who is signed in. */
export interface SignedIn {
  readonly user: User;
  readonly session: UserSession;
}

/** Somebody who is signed in with the browser that sends this token. */
export interface BrowserSession extends SignedIn {
  readonly token: string;
}

interface Remembered {
  readonly readAt: number;
  readonly found: Promise<SignedIn | undefined>;
}

/** Who is signed in with which token, as it is by now. Look-ups are remembered for a second. */
export class SessionDirectory {
  readonly #store: Pick<UserStore, "findSession" | "noteSessionUse">;
  readonly #clock: Clock;
  #remembered = new RecentMap<string, Remembered>(MAX_REMEMBERED);

  constructor(store: Pick<UserStore, "findSession" | "noteSessionUse">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Undefined for a token that is unknown or over, and for a user who is disabled. */
  async find(token: string): Promise<SignedIn | undefined> {
    const hash = sha256(token);
    const found = await this.#ask(hash);
    const now = this.#clock();
    if (!found || found.user.disabledAt !== undefined || endOf(found.session) <= now) return undefined;
    return found;
  }

  /** Called after each change of a user or session by this server: it counts from now on. */
  forget(): void {
    this.#remembered = new RecentMap(MAX_REMEMBERED);
  }

  #ask(hash: string): Promise<SignedIn | undefined> {
    const now = this.#clock();
    const known = this.#remembered.get(hash);
    if (known && now - known.readAt < FRESH_MS && now >= known.readAt) return known.found;
    const remembered = this.#remembered;
    const asked = { readAt: now, found: this.#read(hash, now) };
    remembered.set(hash, asked);
    // What could not be read is asked for again at once.
    asked.found.catch(() => remembered.set(hash, { ...asked, readAt: now - FRESH_MS }));
    return asked.found;
  }

  async #read(hash: string, now: number): Promise<SignedIn | undefined> {
    const found = await this.#store.findSession(hash);
    if (!found || endOf(found.session) <= now) return undefined;
    if (now - found.session.usedAt < NOTE_USE_MS) return found;
    await this.#store.noteSessionUse(hash, now);
    return { ...found, session: { ...found.session, usedAt: now } };
  }
}

/** When a session is over, unless it is used before. Milliseconds since the epoch. */
export function endOf({ usedAt, expiresAt }: UserSession): number {
  return Math.min(usedAt + IDLE_MS, expiresAt);
}

/** Who a user is to everything that asks what a caller may do. */
export function principalOfUser({ id, role, approve }: User): Principal {
  const isAdmin = role === "admin";
  return {
    id: principalIdOfUser(id),
    mayUse: isAdmin,
    mayApprove: isAdmin ? approve : "none",
    adminRole: role,
  };
}

/** The same keys, which also know users by the id of their principal. */
export function withUsers(keys: KeyStore, store: Pick<UserStore, "findUser">): KeyStore {
  return {
    find: (hash) => keys.find(hash),
    async findById(id: PrincipalId) {
      const userId = userIdOfPrincipal(id);
      if (userId === undefined) return keys.findById(id);
      const user = await store.findUser(userId);
      return user && user.disabledAt === undefined ? principalOfUser(user) : "gone";
    },
    ...(keys.withoutKey && { withoutKey: keys.withoutKey }),
  };
}

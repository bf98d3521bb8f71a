import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { UserLink, UserSession, UserStore, UserWithPassword } from "../../core/ports/user-store.ts";
import { AppError } from "../../core/words/app-error.ts";
import { newUserId } from "../../core/words/ids.ts";
import { nameKeyOf, principalIdOfUser, type User } from "../../core/words/user.ts";
import { sha256 } from "../../lib/sha256.ts";
import type { Passwords } from "./passwords.ts";
import { deviceTokenOf, isEqual, newSessionToken } from "./secret-token.ts";
import type { BrowserSession, SessionDirectory, SignedIn } from "./session-directory.ts";
import type { SignInThrottle } from "./sign-in-throttle.ts";

/** However much it is used, a session ends after this. */
const LONGEST_SESSION_MS = 30 * 24 * 60 * 60 * 1000;
/** A further one ends the oldest. */
const MAX_SESSIONS = 50;

/** Where a request to sign in comes from. */
export interface SignInSource {
  readonly address: string;
  /** What the browser keeps of an earlier time. */
  readonly device?: string;
  /** The session that the browser has so far, which ends. */
  readonly before?: string;
}

/** A session that has just begun, with what the browser is to keep. */
export interface BegunSession extends BrowserSession {
  readonly device: string;
}

export interface PeopleParts {
  readonly store: UserStore;
  readonly sessions: SessionDirectory;
  readonly passwords: Passwords;
  readonly throttle: SignInThrottle;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What people do about themselves: sign in and out, use a link, change their password. */
export class People {
  readonly #parts: PeopleParts;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** @throws AppError `unauthorized`, the same whatever is wrong; `rate-limited` */
  async signIn(name: string, password: string, source: SignInSource): Promise<BegunSession> {
    const { store, passwords, throttle, clock, logger } = this.#parts;
    const found = await store.findUserByName(name);
    const device = deviceOf(found, source.device);
    const takeBack = await throttle.enter({
      nameKey: nameKeyOf(name),
      address: source.address,
      ...(device !== undefined && { device }),
    });
    const isRight = await passwords.isRight(password, found?.passwordHash);
    if (!found?.passwordHash || !isRight || found.user.disabledAt !== undefined) {
      // The name may be a password in the wrong field.
      logger.info("user.sign-in-refused", { ...(found && { userId: found.user.id }) });
      throw wrong();
    }
    const { user, passwordHash } = found;
    const { token, session } = this.#newSession();
    const whole = { ...session, userId: user.id };
    // Changed in between, it counts as wrong.
    if (!(await store.createSession(whole, passwordHash, MAX_SESSIONS, clock()))) throw wrong();
    await takeBack();
    return this.#begun({ ...user, signedInAt: session.createdAt }, whole, token, passwordHash, source);
  }

  /** Ends one session; a token that is none ends nothing. */
  async signOut(token: string): Promise<void> {
    await this.#parts.store.endSession(sha256(token));
    this.#parts.sessions.forget();
  }

  async signOutEverywhere(user: User): Promise<void> {
    await this.#parts.store.endSessionsOf(user.id);
    this.#parts.sessions.forget();
    this.#parts.logger.info("user.signed-out-everywhere", { userId: user.id });
  }

  /** @throws AppError `not-found` for a link that is unknown, used or over, the same for each */
  async findLink(token: string): Promise<{ readonly link: UserLink; readonly user?: User }> {
    const { store, clock } = this.#parts;
    const found = await store.findLink(sha256(token));
    if (!found || found.link.expiresAt <= clock() || found.user?.disabledAt !== undefined) throw noLink();
    // It is for the time before there is anybody who administers.
    if (!found.user && (await store.hasAdmin())) throw noLink();
    return found;
  }

  /**
   * Uses a link up. `name`: of the first administrator.
   * @throws AppError `not-found` as above; `conflict` when the name is taken
   */
  async useLink(
    token: string,
    { name, password }: { readonly name: string; readonly password: string },
    source: SignInSource,
  ): Promise<BegunSession> {
    const { store, passwords, clock, logger } = this.#parts;
    // First: to hash a password costs much.
    const { link } = await this.findLink(token);
    const passwordHash = await passwords.hash(password);
    const { token: sessionToken, session } = this.#newSession();
    const firstUser = {
      id: newUserId(),
      name,
      role: "admin",
      // It was made for who started the server.
      approve: "all",
      hasPassword: true,
      createdAt: clock(),
    } as const;
    const user = await store.useLink(sha256(token), { passwordHash, firstUser, session }, clock());
    if (!user) throw noLink();
    if (user === "name-taken") {
      throw new AppError({ kind: "conflict", message: "There is a user of this name.", param: "name" });
    }
    logger.info("user.link-used", { userId: user.id, name: user.name, purpose: link.purpose });
    return this.#begun(user, { ...session, userId: user.id }, sessionToken, passwordHash, source);
  }

  /** Ends all other sessions. @throws AppError `forbidden` when the current one is wrong; `rate-limited` */
  async changePassword(
    { user, session }: SignedIn,
    current: string,
    next: string,
  ): Promise<{ readonly device: string }> {
    const { store, passwords, throttle, sessions, logger } = this.#parts;
    // Whoever found an open browser guesses no faster than elsewhere.
    const device = `password ${user.id}`;
    const takeBack = await throttle.enter({ nameKey: "", address: "", device });
    const before = await store.findPassword(user.id);
    const isRight = await passwords.isRight(current, before);
    if (!isRight || before === undefined) throw wrongCurrent();
    const after = await passwords.hash(next);
    if (!(await store.changePassword(user.id, before, after, session.hash))) throw wrongCurrent();
    await takeBack();
    sessions.forget();
    logger.info("user.password-changed", { userId: user.id });
    return { device: deviceTokenOf(user.id, after) };
  }

  #newSession() {
    const { token, hash } = newSessionToken();
    const now = this.#parts.clock();
    const session = { hash, createdAt: now, usedAt: now, expiresAt: now + LONGEST_SESSION_MS };
    return { token, session };
  }

  async #begun(
    user: User,
    session: UserSession,
    token: string,
    passwordHash: string,
    { before }: SignInSource,
  ): Promise<BegunSession> {
    const { store, sessions, logger } = this.#parts;
    if (before !== undefined) await store.endSession(sha256(before));
    sessions.forget();
    logger.info("user.signed-in", { userId: user.id, principal: principalIdOfUser(user.id) });
    return { user, session, token, device: deviceTokenOf(user.id, passwordHash) };
  }
}

/** What a browser is counted by that this user has signed in with; undefined for all others. */
function deviceOf(found: UserWithPassword | undefined, sent: string | undefined): string | undefined {
  if (!found?.passwordHash || sent === undefined) return undefined;
  const own = deviceTokenOf(found.user.id, found.passwordHash);
  return isEqual(sent, own) ? `browser ${found.user.id}` : undefined;
}

function wrong(): AppError {
  return new AppError({ kind: "unauthorized", message: "The name or the password is wrong." });
}

function wrongCurrent(): AppError {
  return new AppError({ kind: "forbidden", message: "The current password is wrong." });
}

function noLink(): AppError {
  return new AppError({
    kind: "not-found",
    message: "This link is unknown, has been used, or is over. Ask an administrator for another one.",
  });
}

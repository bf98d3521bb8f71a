import type { UserId } from "../words/ids.ts";
import type { LinkPurpose, User } from "../words/user.ts";

/** A user with the hash of the password; undefined while an invitation is open. */
export interface UserWithPassword {
  readonly user: User;
  readonly passwordHash: string | undefined;
}

/** A browser that is signed in. The token itself is known to the browser only. Times are milliseconds since the epoch. */
export interface UserSession {
  /** SHA-256 of the token, in hexadecimal. */
  readonly hash: string;
  readonly userId: UserId;
  readonly createdAt: number;
  /** When it was last used, give or take some minutes. */
  readonly usedAt: number;
  readonly expiresAt: number;
}

/** A link that works once. */
export interface UserLink {
  /** SHA-256 of its token, in hexadecimal. */
  readonly hash: string;
  readonly purpose: LinkPurpose;
  /** Absent: it makes the first administrator. */
  readonly userId?: UserId;
  readonly expiresAt: number;
}

/** What follows from using a link: a user who is signed in. */
export interface LinkUse {
  readonly passwordHash: string;
  /** The user that a link for the first administrator makes. */
  readonly firstUser: User;
  readonly session: Omit<UserSession, "userId">;
}

/** Thrown away with what it was to change when `allow` throws; `others`: all users but this one. */
export type AllowChange = (before: User, others: readonly User[]) => void;

/**
 * The people who may sign in. Changes of users happen one at a time, whatever the number of servers. Whether a session or link has
 * expired is for the caller to see, except where a time is asked for.
 */
export interface UserStore {
  /** The oldest first. */
  listUsers(): Promise<readonly User[]>;
  /** Whether anybody can sign in who may administer. */
  hasAdmin(): Promise<boolean>;
  findUser(id: UserId): Promise<User | undefined>;
  /** By its name, whatever the case. */
  findUserByName(name: string): Promise<UserWithPassword | undefined>;
  findPassword(id: UserId): Promise<string | undefined>;

  /** False when the name is taken. */
  createUser(user: User): Promise<boolean>;
  /**
   * Replaces role, right to approve and `disabledAt` by what `change` makes of them. One that is disabled loses all sessions and
   * links. Undefined when there is none.
   */
  changeUser(id: UserId, change: (user: User, others: readonly User[]) => User): Promise<User | undefined>;
  /** Removes a user with all sessions and links; undefined when there is none. */
  removeUser(id: UserId, allow: AllowChange): Promise<User | undefined>;
  /**
   * Sets the password, and ends all links and all sessions but the one with this hash. False when the password has changed since
   * `before` was read, or the user is gone.
   */
  changePassword(id: UserId, before: string, after: string, keptSession: string): Promise<boolean>;

  /**
   * Begins a session, and ends the user's oldest beyond `maxSessions` and all that have expired by `now`. False when by now the user
   * is gone, disabled, or has another password than this one.
   */
  createSession(
    session: UserSession,
    passwordHash: string,
    maxSessions: number,
    now: number,
  ): Promise<boolean>;
  findSession(hash: string): Promise<{ readonly session: UserSession; readonly user: User } | undefined>;
  noteSessionUse(hash: string, at: number): Promise<void>;
  endSession(hash: string): Promise<void>;
  endSessionsOf(id: UserId): Promise<void>;

  /** Takes the place of all links of this user; one without a user, of all those. Forgets what has expired by `now`. */
  createLink(link: UserLink, now: number): Promise<void>;
  findLink(hash: string): Promise<{ readonly link: UserLink; readonly user?: User } | undefined>;
  /**
   * Uses a link up and does what it is for, together or not at all; the sessions that the user had end. Undefined when there is none,
   * it has expired by `now`, or it makes the first administrator and there is one; `name-taken` leaves it as it is.
   */
  useLink(hash: string, use: LinkUse, now: number): Promise<User | "name-taken" | undefined>;
}

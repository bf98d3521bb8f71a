import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { UserStore } from "../../core/ports/user-store.ts";
import { APPROVAL_RIGHTS, type ApprovalRight } from "../../core/words/api-key.ts";
import { AppError } from "../../core/words/app-error.ts";
import { newUserId, type UserId } from "../../core/words/ids.ts";
import type { Principal } from "../../core/words/principal.ts";
import type { User, UserRole } from "../../core/words/user.ts";
import { newLinkToken } from "./secret-token.ts";

const LINK_MS = 3 * 24 * 60 * 60 * 1000;
const FIRST_LINK_MS = 24 * 60 * 60 * 1000;
const MAX_USERS = 10_000;

/** Who changes users: the operator on this machine, or an administrator. */
export type UserChanger = Pick<Principal, "id" | "mayApprove">;

export interface UserChange {
  readonly role?: UserRole | undefined;
  readonly approve?: ApprovalRight | undefined;
  readonly isDisabled?: boolean | undefined;
}

/** A link's token, which is shown this once. */
export interface NewLink {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface UserAdminParts {
  readonly store: UserStore;
  /** Called after each change, before it is answered. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Invites, changes and removes people. Nobody gives away a right to approve that is not theirs. */
export class UserAdmin {
  readonly #parts: UserAdminParts;

  constructor(parts: UserAdminParts) {
    this.#parts = parts;
  }

  list(): Promise<readonly User[]> {
    return this.#parts.store.listUsers();
  }

  /** @throws AppError `not-found` */
  async find(id: string): Promise<User> {
    return (await this.#parts.store.findUser(asId(id))) ?? notFound();
  }

  /** @throws AppError `conflict` when the name is taken; `forbidden` for a right that who asks does not have */
  async invite(
    {
      name,
      role,
      approve,
    }: { readonly name: string; readonly role: UserRole; readonly approve?: ApprovalRight },
    by: UserChanger,
  ): Promise<{ readonly user: User; readonly link: NewLink }> {
    const { store, clock } = this.#parts;
    const right = role === "admin" ? (approve ?? by.mayApprove) : "none";
    requireOwnRight(right, by);
    if ((await store.listUsers()).length >= MAX_USERS) throw tooMany();
    const user: User = {
      id: newUserId(),
      name,
      role,
      approve: right,
      hasPassword: false,
      createdAt: clock(),
    };
    if (!(await store.createUser(user))) {
      throw new AppError({ kind: "conflict", message: "There is a user of this name.", param: "name" });
    }
    this.#changed("user.invited", user, by);
    return { user, link: await this.#createLink(user) };
  }

  /** @throws AppError `not-found`; `forbidden` as above; `conflict` when nobody would be left who administers */
  async change(id: string, change: UserChange, by: UserChanger): Promise<User> {
    const { store, clock } = this.#parts;
    const user = await store.changeUser(asId(id), (before, others) => {
      const after = applyChange(before, change, by, clock());
      if (isActiveAdmin(before) && !isActiveAdmin(after)) requireAnother(others);
      return after;
    });
    return this.#changed("user.changed", user ?? notFound(), by);
  }

  /** @throws AppError `not-found`; `conflict` as above */
  async remove(id: string, by: UserChanger): Promise<User> {
    const removed = await this.#parts.store.removeUser(asId(id), (before, others) => {
      if (isActiveAdmin(before)) requireAnother(others);
    });
    return this.#changed("user.removed", removed ?? notFound(), by);
  }

  /**
   * A link to set the password with, for an invitation or because it was forgotten. Earlier ones end.
   * @throws AppError `not-found`; `forbidden` for a user with a right that who asks does not have; `conflict` when disabled
   */
  async link(id: string, by: UserChanger): Promise<{ readonly user: User; readonly link: NewLink }> {
    const user = await this.find(id);
    requireOwnRight(user.approve, by);
    if (user.disabledAt !== undefined) {
      throw new AppError({ kind: "conflict", message: "This user is disabled. Enable the user first." });
    }
    const link = await this.#createLink(user);
    this.#changed("user.link-made", user, by);
    return { user, link };
  }

  /** A link that makes the first administrator; undefined once anybody can sign in who administers. */
  async linkForFirst(): Promise<NewLink | undefined> {
    const { store, clock } = this.#parts;
    if (await store.hasAdmin()) return undefined;
    const { token, hash } = newLinkToken();
    const expiresAt = clock() + FIRST_LINK_MS;
    await store.createLink({ hash, purpose: "first_admin", expiresAt }, clock());
    return { token, expiresAt };
  }

  async #createLink({ id, hasPassword }: User): Promise<NewLink> {
    const { store, clock } = this.#parts;
    const { token, hash } = newLinkToken();
    const expiresAt = clock() + LINK_MS;
    const purpose = hasPassword ? "password" : "invitation";
    await store.createLink({ hash, purpose, userId: id, expiresAt }, clock());
    return { token, expiresAt };
  }

  #changed(event: string, user: User, by: UserChanger): User {
    this.#parts.onChange();
    const { id, name, role, disabledAt } = user;
    const state = disabledAt === undefined ? {} : { isDisabled: true };
    this.#parts.logger.info(event, { userId: id, name, role, ...state, by: by.id });
    return user;
  }
}

function applyChange(
  before: User,
  { role = before.role, approve, isDisabled }: UserChange,
  by: UserChanger,
  now: number,
): User {
  const { disabledAt, ...rest } = before;
  const own = before.role === role ? before.approve : by.mayApprove;
  const right = role === "admin" ? (approve ?? own) : "none";
  const rises = APPROVAL_RIGHTS.indexOf(right) > APPROVAL_RIGHTS.indexOf(before.approve);
  if (rises) requireOwnRight(right, by);
  const isOff = isDisabled ?? disabledAt !== undefined;
  return { ...rest, role, approve: right, ...(isOff && { disabledAt: disabledAt ?? now }) };
}

/** Whoever has yet to accept an invitation cannot let anybody in. */
function isActiveAdmin({ role, hasPassword, disabledAt }: User): boolean {
  return role === "admin" && hasPassword && disabledAt === undefined;
}

function requireAnother(others: readonly User[]): void {
  if (others.some(isActiveAdmin)) return;
  throw new AppError({
    kind: "conflict",
    message: "Nobody would be left who may administer this server. Make another user an administrator first.",
  });
}

function requireOwnRight(right: ApprovalRight, by: UserChanger): void {
  if (APPROVAL_RIGHTS.indexOf(right) <= APPROVAL_RIGHTS.indexOf(by.mayApprove)) return;
  throw new AppError({
    kind: "forbidden",
    message: `A user who may answer approvals (approve: ${right}) is made, and gets a link, only from who may answer them too. Sign in as such a user, or send the approver key as the bearer.`,
  });
}

function tooMany(): AppError {
  return new AppError({ kind: "conflict", message: `There are ${MAX_USERS} users, and no room for more.` });
}

function notFound(): never {
  throw new AppError({ kind: "not-found", message: "There is no user with this id." });
}

function asId(id: string): UserId {
  // Proof for the cast: it is only looked up.
  return id as UserId;
}

import type { Kysely, Transaction } from "kysely";

import type { AllowChange, LinkUse, UserLink, UserSession, UserStore } from "../../core/ports/user-store.ts";
import type { PrincipalId, UserId } from "../../core/words/ids.ts";
import type { User } from "../../core/words/user.ts";
import type { Database } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { fromSession, fromUser, storedNameKey, toLink, toSession, toUser } from "./user-row.ts";

// Proof for the cast: principals are called otherwise; it only names what is locked.
const ALL_USERS = "users" as PrincipalId;

/** People in a SQL database. */
export class SqlUserStore implements UserStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get #db() {
    return this.#database.db;
  }

  async listUsers(): Promise<readonly User[]> {
    const rows = await this.#db.selectFrom("users").selectAll().orderBy("created_at").orderBy("id").execute();
    return rows.map(toUser);
  }

  hasAdmin(): Promise<boolean> {
    return hasAdmin(this.#db);
  }

  async findUser(id: UserId): Promise<User | undefined> {
    const row = await this.#db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst();
    return row && toUser(row);
  }

  async findUserByName(name: string) {
    const row = await this.#db
      .selectFrom("users")
      .selectAll()
      .where("name_key", "=", storedNameKey(name))
      .executeTakeFirst();
    return row && { user: toUser(row), passwordHash: row.password_hash ?? undefined };
  }

  async findPassword(id: UserId): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom("users")
      .select("password_hash")
      .where("id", "=", id)
      .executeTakeFirst();
    return row?.password_hash ?? undefined;
  }

  createUser(user: User): Promise<boolean> {
    return this.#change((transaction) => insertUser(transaction, user, null));
  }

  changeUser(id: UserId, change: (user: User, others: readonly User[]) => User): Promise<User | undefined> {
    return this.#changeOne(id, async (transaction, user, others) => {
      const { role, approve, disabledAt } = change(user, others);
      await transaction
        .updateTable("users")
        .set({ role, approve, disabled_at: disabledAt ?? null })
        .where("id", "=", id)
        .execute();
      if (disabledAt !== undefined) await endAll(transaction, id);
      const { disabledAt: _, ...rest } = user;
      return { ...rest, role, approve, ...(disabledAt !== undefined && { disabledAt }) };
    });
  }

  removeUser(id: UserId, allow: AllowChange): Promise<User | undefined> {
    return this.#changeOne(id, async (transaction, user, others) => {
      allow(user, others);
      await transaction.deleteFrom("users").where("id", "=", id).execute();
      return user;
    });
  }

  changePassword(id: UserId, before: string, after: string, keptSession: string): Promise<boolean> {
    return this.#change(async (transaction) => {
      const changed = await transaction
        .updateTable("users")
        .set({ password_hash: after })
        .where("id", "=", id)
        .where("password_hash", "=", before)
        .returning("id")
        .executeTakeFirst();
      if (changed) await endAll(transaction, id, keptSession);
      return changed !== undefined;
    });
  }

  createSession(
    session: UserSession,
    passwordHash: string,
    maxSessions: number,
    now: number,
  ): Promise<boolean> {
    return this.#change(async (transaction) => {
      const mayBegin = await transaction
        .selectFrom("users")
        .select("id")
        .where("id", "=", session.userId)
        .where("password_hash", "=", passwordHash)
        .where("disabled_at", "is", null)
        .executeTakeFirst();
      if (!mayBegin) return false;
      await transaction.deleteFrom("user_sessions").where("expires_at", "<=", now).execute();
      const earlier = await transaction
        .selectFrom("user_sessions")
        .select("hash")
        .where("user_id", "=", session.userId)
        .orderBy("created_at", "desc")
        .execute();
      const surplus = earlier.slice(maxSessions - 1).map(({ hash }) => hash);
      if (surplus.length > 0) {
        await transaction.deleteFrom("user_sessions").where("hash", "in", surplus).execute();
      }
      await beginSession(transaction, session);
      return true;
    });
  }

  async findSession(hash: string) {
    const row = await this.#db
      .selectFrom("user_sessions")
      .selectAll()
      .where("hash", "=", hash)
      .executeTakeFirst();
    const user = row && (await this.findUser(row.user_id));
    return user && { session: toSession(row), user };
  }

  async noteSessionUse(hash: string, at: number): Promise<void> {
    await this.#db.updateTable("user_sessions").set({ used_at: at }).where("hash", "=", hash).execute();
  }

  async endSession(hash: string): Promise<void> {
    await this.#db.deleteFrom("user_sessions").where("hash", "=", hash).execute();
  }

  async endSessionsOf(id: UserId): Promise<void> {
    await this.#db.deleteFrom("user_sessions").where("user_id", "=", id).execute();
  }

  createLink({ hash, purpose, userId, expiresAt }: UserLink, now: number): Promise<void> {
    return this.#change(async (transaction) => {
      await transaction.deleteFrom("user_links").where("expires_at", "<=", now).execute();
      await transaction
        .deleteFrom("user_links")
        .where((is) => (userId === undefined ? is("user_id", "is", null) : is("user_id", "=", userId)))
        .execute();
      await transaction
        .insertInto("user_links")
        .values({ hash, purpose, user_id: userId ?? null, expires_at: expiresAt })
        .execute();
    });
  }

  async findLink(hash: string) {
    const row = await this.#db
      .selectFrom("user_links")
      .selectAll()
      .where("hash", "=", hash)
      .executeTakeFirst();
    if (!row) return undefined;
    const user = row.user_id === null ? undefined : await this.findUser(row.user_id);
    return { link: toLink(row), ...(user && { user }) };
  }

  useLink(
    hash: string,
    { passwordHash, firstUser, session }: LinkUse,
    now: number,
  ): Promise<User | "name-taken" | undefined> {
    return this.#change(async (transaction) => {
      const link = await transaction
        .selectFrom("user_links")
        .selectAll()
        .where("hash", "=", hash)
        .where("expires_at", ">", now)
        .executeTakeFirst();
      if (!link) return undefined;
      if (link.user_id === null) {
        if (await hasAdmin(transaction)) return undefined;
        if (!(await insertUser(transaction, firstUser, passwordHash))) return "name-taken";
        await transaction.deleteFrom("user_links").where("user_id", "is", null).execute();
      } else {
        await transaction
          .updateTable("users")
          .set({ password_hash: passwordHash })
          .where("id", "=", link.user_id)
          .execute();
        await endAll(transaction, link.user_id);
      }
      const userId = link.user_id ?? firstUser.id;
      await beginSession(transaction, { ...session, userId });
      const row = await transaction
        .selectFrom("users")
        .selectAll()
        .where("id", "=", userId)
        .executeTakeFirstOrThrow();
      return toUser(row);
    });
  }

  /** One change of users at a time. */
  #change<Result>(change: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.#db.transaction().execute(async (transaction) => {
      await this.#database.lockPrincipal(transaction, ALL_USERS);
      return change(transaction);
    });
  }

  #changeOne(
    id: UserId,
    change: (transaction: Transaction<Tables>, user: User, others: readonly User[]) => Promise<User>,
  ): Promise<User | undefined> {
    return this.#change(async (transaction) => {
      const users = (await transaction.selectFrom("users").selectAll().execute()).map(toUser);
      const user = users.find((one) => one.id === id);
      const others = users.filter((one) => one.id !== id);
      return user && change(transaction, user, others);
    });
  }
}

async function hasAdmin(db: Kysely<Tables>): Promise<boolean> {
  const admin = await db
    .selectFrom("users")
    .select("id")
    .where("role", "=", "admin")
    .where("password_hash", "is not", null)
    .where("disabled_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  return admin !== undefined;
}

async function insertUser(
  transaction: Transaction<Tables>,
  user: User,
  passwordHash: string | null,
): Promise<boolean> {
  const inserted = await transaction
    .insertInto("users")
    .values(fromUser(user, passwordHash))
    .onConflict((conflict) => conflict.column("name_key").doNothing())
    .returning("id")
    .executeTakeFirst();
  return inserted !== undefined;
}

async function beginSession(transaction: Transaction<Tables>, session: UserSession): Promise<void> {
  await transaction.insertInto("user_sessions").values(fromSession(session)).execute();
  await transaction
    .updateTable("users")
    .set({ signed_in_at: session.createdAt })
    .where("id", "=", session.userId)
    .execute();
}

/** Ends all sessions and links of a user, except one session. */
async function endAll(transaction: Transaction<Tables>, id: UserId, keptSession = ""): Promise<void> {
  await transaction
    .deleteFrom("user_sessions")
    .where("user_id", "=", id)
    .where("hash", "!=", keptSession)
    .execute();
  await transaction.deleteFrom("user_links").where("user_id", "=", id).execute();
}

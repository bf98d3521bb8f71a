import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { LinkUse, UserLink, UserSession } from "../../src/core/ports/user-store.ts";
import type { UserId } from "../../src/core/words/ids.ts";
import type { User } from "../../src/core/words/user.ts";
import type { Store } from "../../src/store/open-store.ts";

// Proof for the cast: any text may stand for an id in a test.
const idOf = (name: string) => `usr_${name}` as UserId;

function person(name: string, changes: Partial<User> = {}): User {
  return {
    id: idOf(name),
    name: `${name} "ü" \0`,
    role: "viewer",
    approve: "none",
    hasPassword: false,
    createdAt: 1_000,
    ...changes,
  };
}

const session = (hash: string, of: string, changes: Partial<UserSession> = {}): UserSession => ({
  hash,
  userId: idOf(of),
  createdAt: 2_000,
  usedAt: 2_000,
  expiresAt: 90_000,
  ...changes,
});

const use = (name: string, sessionHash = `session ${name}`): LinkUse => {
  const { userId: _, ...begun } = session(sessionHash, name);
  return {
    passwordHash: `password of ${name}`,
    firstUser: person(name, { role: "admin", approve: "all" }),
    session: begun,
  };
};

/** A link for the user `a`. */
const resetLink = (hash: string): UserLink => ({
  hash,
  purpose: "password",
  userId: idOf("a"),
  expiresAt: 9_000,
});

function enable(user: User): User {
  const { disabledAt: _, ...enabled } = user;
  return enabled;
}

function removeUnlessLast(store: Store, of: string): Promise<User | undefined> {
  return store.users.removeUser(idOf(of), (_, others) => {
    if (others.length === 0) throw new Error("The last one stays.");
  });
}

function refuse(): never {
  throw new Error("Not allowed.");
}

/** What people do where two servers share a database. */
export function describeUserStore(name: string, createDatabase: () => Promise<() => Promise<Store>>): void {
  describe(`people: ${name}`, () => {
    let first: Store;
    let second: Store;
    beforeEach(async () => {
      const open = await createDatabase();
      [first, second] = [await open(), await open()];
    });
    afterEach(() => Promise.all([first, second].map((store) => store.close())));

    /** A user with a password and a session. */
    async function join(of: string, changes: Partial<User> = {}): Promise<User> {
      await first.users.createUser(person(of, changes));
      await first.users.createLink(
        { hash: `link ${of}`, purpose: "invitation", userId: idOf(of), expiresAt: 9_000 },
        1_000,
      );
      const user = await first.users.useLink(`link ${of}`, use(of), 2_000);
      if (typeof user !== "object") return expect.unreachable();
      return user;
    }
    const sessionsOf = async (...hashes: readonly string[]) => {
      const found = await Promise.all(hashes.map((hash) => second.users.findSession(hash)));
      return found.map((one) => one?.session.userId);
    };

    test("a user is found by id and by name whatever the case, with all that is set", async () => {
      const ada = person("Ada", { role: "admin", approve: "own", createdAt: 2_000 });
      expect(await first.users.createUser(ada)).toBe(true);
      expect(await first.users.createUser(person("bob"))).toBe(true);
      expect(await second.users.createUser(person("ADA"))).toBe(false);
      expect(await second.users.findUser(ada.id)).toEqual(ada);
      expect(await second.users.findUserByName('aDA "Ü" \0 ')).toEqual({
        user: ada,
        passwordHash: undefined,
      });
      expect(await second.users.findUserByName("ada")).toBeUndefined();
      expect((await second.users.listUsers()).map(({ id }) => id)).toEqual(["usr_bob", "usr_Ada"]);
      expect(await second.users.hasAdmin()).toBe(false);
    });

    test("a link works once, however many use it at the same time, and signs in", async () => {
      await first.users.createLink({ hash: "link", purpose: "first_admin", expiresAt: 9_000 }, 1_000);
      expect(await second.users.findLink("link")).toEqual({
        link: { hash: "link", purpose: "first_admin", expiresAt: 9_000 },
      });
      const used = await Promise.all(
        ["a", "b", "c", "d"].map((who, index) =>
          (index % 2 === 0 ? first : second).users.useLink("link", use(who), 8_999),
        ),
      );
      const winners = used.filter((user) => typeof user === "object");
      expect([winners.length, used.filter((user) => user === undefined).length]).toEqual([1, 3]);
      expect(winners[0]).toMatchObject({ role: "admin", hasPassword: true, signedInAt: 2_000 });
      expect(await second.users.listUsers()).toEqual(winners);
      expect(await second.users.hasAdmin()).toBe(true);
      const all = ["a", "b", "c", "d"].map((who) => `session ${who}`);
      expect((await sessionsOf(...all)).filter((id) => id !== undefined)).toEqual([winners[0]?.id]);
      expect(await second.users.findLink("link")).toBeUndefined();
    });

    test("a link for the first administrator does nothing once there is one, nor does one that is over or replaced", async () => {
      const make = (hash: string) =>
        first.users.createLink({ hash, purpose: "first_admin", expiresAt: 9_000 }, 1_000);
      await make("earlier");
      await make("link");
      expect(await first.users.useLink("earlier", use("a"), 2_000)).toBeUndefined();
      expect(await first.users.useLink("link", use("a"), 9_000)).toBeUndefined();
      // It is not used up by a name that is taken.
      await first.users.createUser(person("a"));
      expect(await first.users.useLink("link", use("a"), 2_000)).toBe("name-taken");
      await join("boss", { role: "admin" });
      expect(await first.users.useLink("link", use("b"), 2_000)).toBeUndefined();
      expect((await second.users.listUsers()).map(({ id }) => id)).toEqual(["usr_a", "usr_boss"]);
    });

    test("a new password by a link ends the sessions and links that there were", async () => {
      await join("a");
      await first.users.createLink(resetLink("link 1"), 1_000);
      await second.users.createLink(resetLink("link 2"), 1_000);
      expect(await first.users.findLink("link 1")).toBeUndefined();
      const found = await first.users.findLink("link 2");
      expect([found?.user?.id, found?.link.purpose]).toEqual(["usr_a", "password"]);
      await first.users.useLink("link 2", use("a", "another session"), 2_000);
      expect(await sessionsOf("session a", "another session")).toEqual([undefined, "usr_a"]);
    });

    test("a session begins only with the password that is, keeps to its number, and forgets what is over", async () => {
      await join("a");
      const begin = (hash: string, createdAt: number, password = "password of a") =>
        first.users.createSession(session(hash, "a", { createdAt }), password, 3, 3_000);
      expect(await begin("wrong", 3_000, "password of b")).toBe(false);
      for (const [index, hash] of ["s1", "s2", "s3"].entries()) {
        expect(await begin(hash, 3_000 + index)).toBe(true);
      }
      expect(await sessionsOf("wrong", "session a", "s1", "s2", "s3")).toEqual([
        undefined,
        undefined,
        "usr_a",
        "usr_a",
        "usr_a",
      ]);
      await first.users.noteSessionUse("s1", 5_000);
      expect((await second.users.findSession("s1"))?.session.usedAt).toBe(5_000);
      await first.users.endSession("s1");
      expect(await sessionsOf("s1", "s2")).toEqual([undefined, "usr_a"]);
      await first.users.endSessionsOf(idOf("a"));
      expect(await sessionsOf("s2", "s3")).toEqual([undefined, undefined]);
      await first.users.createSession(session("old", "a", { expiresAt: 10_000 }), "password of a", 3, 3_000);
      await join("b");
      await first.users.createSession(session("new", "b"), "password of b", 3, 10_000);
      expect(await sessionsOf("old", "new")).toEqual([undefined, "usr_b"]);
    });

    test("who is disabled or removed has no sessions and links any more; a change that is not allowed changes nothing", async () => {
      for (const of of ["a", "b"]) {
        await join(of);
        await first.users.createLink(
          { hash: `reset ${of}`, purpose: "password", userId: idOf(of), expiresAt: 9_000 },
          1_000,
        );
      }
      await expect(first.users.changeUser(idOf("a"), refuse)).rejects.toThrow("Not allowed.");
      await expect(first.users.removeUser(idOf("a"), refuse)).rejects.toThrow("Not allowed.");
      expect(await sessionsOf("session a", "session b")).toEqual(["usr_a", "usr_b"]);
      const disabled = await second.users.changeUser(idOf("a"), (user) => ({ ...user, disabledAt: 5_000 }));
      expect(disabled).toMatchObject({ disabledAt: 5_000, hasPassword: true });
      expect(await first.users.findUser(idOf("a"))).toEqual(disabled);
      expect(await first.users.createSession(session("x", "a"), "password of a", 3, 3_000)).toBe(false);
      expect((await second.users.removeUser(idOf("b"), () => {}))?.id).toBe("usr_b");
      expect(await sessionsOf("session a", "session b")).toEqual([undefined, undefined]);
      for (const of of ["a", "b"]) expect(await first.users.findLink(`reset ${of}`)).toBeUndefined();
      expect(await first.users.removeUser(idOf("b"), () => {})).toBeUndefined();
      expect(await first.users.changeUser(idOf("b"), (user) => user)).toBeUndefined();
      const enabled = await first.users.changeUser(idOf("a"), enable);
      expect(enabled?.disabledAt).toBeUndefined();
    });

    test("each change sees the others that were made at the same time", async () => {
      await Promise.all(["a", "b"].map((of) => join(of, { role: "admin" })));
      const left = await Promise.allSettled([removeUnlessLast(first, "a"), removeUnlessLast(second, "b")]);
      expect(left.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      expect((await first.users.listUsers()).length).toBe(1);
    });

    test("a password changes once from what it was, and one session stays", async () => {
      await join("a");
      await first.users.createSession(session("other", "a"), "password of a", 3, 3_000);
      expect(await first.users.findPassword(idOf("a"))).toBe("password of a");
      const change = (store: Store, after: string) =>
        store.users.changePassword(idOf("a"), "password of a", after, "session a");
      const changed = await Promise.all([change(first, "one"), change(second, "two")]);
      expect(changed.toSorted()).toEqual([false, true]);
      expect(await sessionsOf("session a", "other")).toEqual(["usr_a", undefined]);
    });
  });
}

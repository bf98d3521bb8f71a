import { once } from "node:events";

import { describe, expect, test } from "vitest";

import { Passwords } from "../../src/service/people/passwords.ts";
import { sha256 } from "../../src/lib/sha256.ts";
import { onEachDatabase } from "../conformance/on-each-database.ts";
import { Browser, PASSWORD, signInAs } from "./browser.ts";
import { type KeyedServer, startKeyedServer } from "./keyed-server.ts";
import { chatBody, CHAT_PATH, KEY, type RawAnswer, say, sendRaw } from "./scripted-server.ts";
import { openSocket, tryToOpen } from "./socket-client.ts";

const SESSION = "/admin/api/session";
// Proof for the cast: nobody else is called so.
const TESTER = { id: "tester" as never, mayApprove: "all" } as const;

function useLink(browser: Browser, token: string): Promise<RawAnswer> {
  return browser.send("POST", "/admin/api/link/use", { token, password: PASSWORD });
}

/** A try to sign in from another address of this machine. */
function tryFrom(
  keyed: KeyedServer,
  localAddress: string,
  name: string,
  password: string,
): Promise<RawAnswer> {
  return sendRaw(keyed.server, {
    method: "POST",
    path: SESSION,
    localAddress,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password }),
  });
}

const statusOf = async (asked: Promise<RawAnswer>) => (await asked).status;

/**
 * How much of the processor each of these takes at least, in milliseconds: unlike the time by the clock it does not depend on what else
 * the machine does. They are asked in turns.
 */
async function leastWorkOf(
  rounds: number,
  asks: readonly (() => Promise<unknown>)[],
): Promise<readonly number[]> {
  const least = asks.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [index, ask] of asks.entries()) {
      const began = process.cpuUsage();
      await ask();
      const { user, system } = process.cpuUsage(began);
      least[index] = Math.min(least[index] ?? 0, (user + system) / 1000);
    }
  }
  return least;
}

onEachDatabase("attacks on people", (database, createLocation) => {
  const start = async (given: Parameters<typeof startKeyedServer>[1] = {}) =>
    startKeyedServer(say("ok"), { ...given, location: await createLocation() });

  describe(database, () => {
    describe("sessions", () => {
      test("fixation: a session that was there before is not the one after, and ends", async () => {
        const keyed = await start();
        const attacker = (await signInAs(keyed, "viewer", "mallory")).browser;
        await signInAs(keyed, "admin", "ada");
        // Set by whoever could, valid or made up.
        for (const planted of [attacker.sessionCookie[1], "x".repeat(43)]) {
          const [name] = attacker.sessionCookie;
          const browser = new Browser(keyed);
          browser.cookies.set(name, planted);
          expect(await statusOf(browser.signIn("ada", PASSWORD))).toBe(200);
          const [, token] = browser.sessionCookie;
          expect(token).not.toBe(planted);
          const witness = new Browser(keyed);
          witness.cookies.set(name, planted);
          expect(await statusOf(witness.send("GET", SESSION))).toBe(401);
          const again = new Browser(keyed);
          await again.signIn("ada", PASSWORD);
          expect(again.sessionCookie[1]).not.toBe(token);
        }
      });

      test("what is stored signs nobody in, and no answer tells the token but the cookie that no script reads", async () => {
        const keyed = await start();
        const { browser } = await signInAs(keyed, "admin");
        const [name, token] = browser.sessionCookie;
        const answer = await browser.signIn("admin", PASSWORD);
        expect(answer.text).not.toContain(browser.sessionCookie[1]);
        for (const line of browser.setCookies) expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
        const thief = new Browser(keyed);
        thief.cookies.set(name, sha256(browser.sessionCookie[1]));
        expect(await statusOf(thief.send("GET", SESSION))).toBe(401);
        expect(token).toMatch(/^[\w-]{43}$/);
        // A session's token is no key.
        const asKey = sendRaw(keyed.server, {
          path: "/admin/api/keys",
          headers: { authorization: `Bearer ${browser.sessionCookie[1]}` },
        });
        expect(await statusOf(asKey)).toBe(401);
      });

      test("by HTTPS the cookie goes back by HTTPS only", async () => {
        const keyed = await start();
        await signInAs(keyed, "viewer");
        const browser = new Browser(keyed);
        const origin = browser.origin.replace("http:", "https:");
        const body = { name: "viewer", password: PASSWORD };
        await browser.send("POST", SESSION, body, { origin });
        expect(browser.setCookies.length).toBe(2);
        for (const line of browser.setCookies) {
          expect(line).toMatch(
            /^__Host-turnpike_\w+=[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
          );
        }
        expect(await statusOf(browser.send("GET", SESSION, undefined, { origin }))).toBe(200);
      });

      test("a session ends after a week unused and after thirty days, used or not", async () => {
        const keyed = await start();
        const { browser } = await signInAs(keyed, "viewer");
        const DAY = 24 * 60 * 60 * 1000;
        const isIn = async () => (await statusOf(browser.send("GET", SESSION))) === 200;
        for (let day = 6; day < 30; day += 6) {
          keyed.pass(6 * DAY);
          expect(await isIn()).toBe(true);
        }
        keyed.pass(6 * DAY - 1);
        expect(await isIn()).toBe(true);
        keyed.pass(1);
        expect(await isIn()).toBe(false);
        await browser.signIn("viewer", PASSWORD);
        keyed.pass(7 * DAY - 1);
        const idle = new Browser(keyed);
        await idle.signIn("viewer", PASSWORD);
        keyed.pass(7 * DAY - 1);
        expect(await isIn()).toBe(false);
        expect(await statusOf(idle.send("GET", SESSION))).toBe(200);
      });

      test("pages of other origins use no session, even of origins that may call with a key", async () => {
        const keyed = await start({ options: { corsOrigins: ["*"] } });
        // `options` above takes the place of the usual ones.
        const { browser } = await signInAs(keyed, "admin");
        const foreign = [
          { origin: "https://evil.example" },
          { origin: "null" },
          { origin: "http://127.0.0.1:1" },
          { origin: undefined, "sec-fetch-site": "cross-site" },
          { origin: undefined, "sec-fetch-site": "same-site" },
        ] as const;
        for (const headers of foreign) {
          const name = JSON.stringify(headers);
          for (const path of [SESSION, "/admin/api/users", "/admin/api/feed", "/v1/models"]) {
            expect(await statusOf(browser.send("GET", path, undefined, headers)), `${name} ${path}`).toBe(
              401,
            );
          }
          expect(await statusOf(browser.send("POST", CHAT_PATH, JSON.parse(chatBody()), headers)), name).toBe(
            401,
          );
          const signingIn = browser.send("POST", SESSION, { name: "admin", password: PASSWORD }, headers);
          expect(await statusOf(signingIn), name).toBe(403);
        }
        expect(
          await statusOf(browser.send("GET", "/admin/api/users", undefined, { origin: undefined })),
        ).toBe(200);
        const withKey = browser.send("GET", "/v1/models", undefined, {
          origin: "https://evil.example",
          authorization: `Bearer ${KEY}`,
        });
        const { status, headers } = await withKey;
        expect([status, headers["access-control-allow-credentials"]]).toEqual([200, undefined]);
        expect(keyed.server.requests).toEqual([]);
      });

      test("WebSockets take a session from our own pages only: a browser names its origin", async () => {
        const keyed = await start({ options: { corsOrigins: ["*"] } });
        const { browser } = await signInAs(keyed, "admin");
        const cookie = browser.cookieHeader;
        for (const path of ["/ws", "/v1/responses"]) {
          for (const headers of [{ cookie }, { cookie, origin: "https://evil.example" }]) {
            expect(await tryToOpen(keyed.server.url + path, { headers }), path).toMatchObject({
              status: 401,
            });
          }
          const { socket } = await openSocket(keyed.server.url + path, {
            headers: { cookie, origin: browser.origin },
          });
          const closed = once(socket, "close");
          socket.close();
          await closed;
        }
      });
    });

    describe("who is removed, disabled or signed out", () => {
      const ends: readonly (readonly [
        string,
        (keyed: KeyedServer, id: string, browser: Browser) => unknown,
      ])[] = [
        ["removed", ({ people }, id) => people.users.remove(id, TESTER)],
        ["disabled", ({ people }, id) => people.users.change(id, { isDisabled: true }, TESTER)],
        ["made a viewer", ({ people }, id) => people.users.change(id, { role: "viewer" }, TESTER)],
        ["signed out everywhere", (_, __, browser) => browser.send("DELETE", "/admin/api/sessions")],
      ];

      test.each(ends)("%s: open feeds and WebSockets end", async (_, end) => {
        const keyed = await start();
        await signInAs(keyed, "admin", "other");
        const { browser, userId } = await signInAs(keyed, "admin");
        const headers = { cookie: browser.cookieHeader, origin: browser.origin };
        const feed = await fetch(`${keyed.server.url}/admin/api/feed`, { headers });
        expect(feed.status).toBe(200);
        const { closed } = await openSocket(`${keyed.server.url}/ws`, { headers });
        await end(keyed, userId, browser);
        const reader = feed.body?.getReader();
        const untilEnd = async () => {
          while (!(await reader?.read())?.done);
        };
        await expect(untilEnd()).rejects.toThrow();
        await closed;
      });

      test("the very next request is judged by what is by now, and an open WebSocket runs no further turn", async () => {
        const keyed = await start();
        await signInAs(keyed, "admin", "other");
        const { browser, userId } = await signInAs(keyed, "admin");
        const headers = { cookie: browser.cookieHeader, origin: browser.origin };
        const socket = await openSocket(`${keyed.server.url}/v1/responses`, { headers });
        const create = { type: "response.create", model: "sonnet", input: "Hi" };
        socket.send(create);
        expect((await socket.nextResponse()).at(-1)?.type).toBe("response.completed");
        const chat = () => statusOf(browser.send("POST", CHAT_PATH, JSON.parse(chatBody())));
        expect(await chat()).toBe(200);
        await keyed.people.users.change(userId, { role: "viewer" }, TESTER);
        expect([await chat(), await statusOf(browser.send("GET", "/admin/api/users"))]).toEqual([403, 200]);
        socket.send(create);
        expect(await socket.next()).toMatchObject({ type: "error", status: 403 });
        await keyed.people.users.remove(userId, TESTER);
        expect(await chat()).toBe(401);
        socket.send(create);
        expect(await socket.next()).toMatchObject({ type: "error", status: 401 });
        expect(keyed.server.requests.length).toBe(2);
        // For what runs on without them.
        expect(await keyed.keys.findById(`user:${userId}` as never)).toBe("gone");
      });
    });

    describe("links", () => {
      test("a link that is used, over, replaced, of a disabled user or made up is the same to whoever tries it", async () => {
        const keyed = await start();
        const { users } = keyed.people;
        const invite = async (name: string) => users.invite({ name, role: "viewer" }, TESTER);
        const [used, old, replaced, disabled] = [
          await invite("used"),
          await invite("old"),
          await invite("replaced"),
          await invite("disabled"),
        ];
        const browser = new Browser(keyed);
        expect(await statusOf(useLink(browser, used.link.token))).toBe(200);
        await users.link(replaced.user.id, TESTER);
        await users.change(disabled.user.id, { isDisabled: true }, TESTER);
        const first = await users.linkForFirst();
        await signInAs(keyed, "admin");
        const late = await invite("late");
        keyed.pass(3 * 24 * 60 * 60 * 1000 - 1);
        expect((await browser.send("POST", "/admin/api/link", { token: late.link.token })).status).toBe(200);
        keyed.pass(1);
        const tokens = [used, old, replaced, disabled, late].map(({ link }) => link.token);
        const stranger = new Browser(keyed);
        const texts = new Set<string>();
        for (const token of [...tokens, first?.token ?? "", sha256(late.link.token), "x".repeat(43)]) {
          for (const answer of [
            await stranger.send("POST", "/admin/api/link", { token }),
            await stranger.send("POST", "/admin/api/link/use", { token, password: PASSWORD, name: "x" }),
          ]) {
            expect(answer.status).toBe(404);
            texts.add(answer.text);
          }
        }
        expect(texts.size).toBe(1);
        expect(stranger.cookies.size).toBe(0);
      });

      test("twenty at once use a link once", async () => {
        const keyed = await start();
        const { link } = await keyed.people.users.invite({ name: "bob", role: "viewer" }, TESTER);
        const browsers = Array.from({ length: 20 }, () => new Browser(keyed));
        const answers = await Promise.all(browsers.map((browser) => useLink(browser, link.token)));
        expect(answers.map(({ status }) => status).toSorted()).toEqual([
          200,
          ...Array.from({ length: 19 }, () => 404),
        ]);
      });

      test("no line of the log holds a token or a password, of whatever was asked", async () => {
        const keyed = await start();
        const { link } = await keyed.people.users.invite({ name: "bob", role: "viewer" }, TESTER);
        const browser = new Browser(keyed);
        await browser.send("POST", "/admin/api/link", { token: link.token });
        await useLink(browser, link.token);
        await browser.signIn("bob", "not the password");
        await browser.signIn("bob", PASSWORD);
        await browser.send("GET", SESSION);
        const secrets = [
          link.token,
          PASSWORD,
          "not the password",
          browser.csrfToken,
          ...browser.cookies.values(),
        ];
        const lines = JSON.stringify(keyed.server.logLines) + keyed.logged.join();
        expect(lines).toContain("/admin/api/link/use");
        expect(lines).toContain("user.link-used");
        for (const secret of secrets) expect(lines).not.toContain(secret);
      });
    });

    /** Counts how often a password was compared. */
    class CountedPasswords extends Passwords {
      count = 0;

      override isRight(password: string, stored: string | undefined): Promise<boolean> {
        this.count += 1;
        return super.isRight(password, stored);
      }
    }

    describe("guessing a password", () => {
      test("two hundred guesses at once are ten, and then the right one is not heard either; who is known by the browser gets in", async () => {
        const passwords = new CountedPasswords({ logN: 4, blockSize: 8, parallel: 1 });
        const keyed = await start({ passwords });
        const { browser } = await signInAs(keyed, "admin", "ada");
        await browser.send("DELETE", SESSION);
        const guesses = Array.from({ length: 200 }, (_, index) =>
          tryFrom(keyed, "127.0.0.1", "ada", `guess ${index}`),
        );
        const answers = await Promise.all(guesses);
        const refused = answers.filter(({ status }) => status === 429);
        expect(answers.filter(({ status }) => status === 401).length).toBe(10);
        expect([refused.length, passwords.count]).toEqual([190, 10]);
        const late = await tryFrom(keyed, "127.0.0.1", "ADA", PASSWORD);
        expect([late.status, passwords.count]).toEqual([429, 10]);
        expect(Number(late.headers["retry-after"])).toBeGreaterThan(0);
        expect(Number(late.headers["retry-after"])).toBeLessThanOrEqual(15 * 60);
        // Neither she, at the same address, nor she elsewhere, nor others are locked out.
        expect(await statusOf(browser.signIn("ada", PASSWORD))).toBe(200);
        expect(await statusOf(tryFrom(keyed, "127.0.0.2", "ada", PASSWORD))).toBe(200);
        expect(await statusOf(browser.signIn("somebody else", PASSWORD))).toBe(401);
      });

      test("from many addresses a name is guessed at a hundred times an hour; what a right password took is given back", async () => {
        const passwords = new CountedPasswords({ logN: 4, blockSize: 8, parallel: 1 });
        const keyed = await start({ passwords });
        const { browser } = await signInAs(keyed, "admin", "ada");
        for (let index = 0; index < 30; index++) {
          expect(await statusOf(tryFrom(keyed, "127.0.0.3", "ada", PASSWORD))).toBe(200);
        }
        passwords.count = 0;
        for (let address = 10; address < 22; address++) {
          await Promise.all(
            Array.from({ length: 10 }, (_, index) =>
              tryFrom(keyed, `127.0.0.${address}`, "ada", `guess ${index}`),
            ),
          );
        }
        expect(passwords.count).toBe(100);
        expect(await statusOf(tryFrom(keyed, "127.0.0.30", "ada", PASSWORD))).toBe(429);
        expect(await statusOf(browser.signIn("ada", PASSWORD))).toBe(200);
      });

      test("many names from one address are a hundred tries, and a browser is known for its own user only", async () => {
        const passwords = new CountedPasswords({ logN: 4, blockSize: 8, parallel: 1 });
        const keyed = await start({ passwords });
        const { browser: mallory } = await signInAs(keyed, "viewer", "mallory");
        await signInAs(keyed, "admin", "ada");
        await mallory.send("DELETE", SESSION);
        const answers = await Promise.all(
          Array.from({ length: 110 }, (_, index) => tryFrom(keyed, "127.0.0.4", `name ${index}`, PASSWORD)),
        );
        // On a slow machine too many of them wait for their hash at once, and are told so; they are tries all the same.
        const held = answers.filter(({ text }) => text.includes("Too many tries to sign in"));
        expect(held.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 429));
        expect(answers.filter(({ text }) => /password is wrong|Too many people/.test(text)).length).toBe(100);
        for (let index = 0; index < 10; index++) {
          expect(await statusOf(mallory.signIn("ada", `guess ${index}`))).toBe(401);
        }
        expect(await statusOf(mallory.signIn("ada", PASSWORD))).toBe(429);
      });

      test("whoever found an open browser guesses the password no faster", async () => {
        const keyed = await start();
        const { browser } = await signInAs(keyed, "viewer");
        const change = (current_password: string) =>
          statusOf(
            browser.send("POST", "/admin/api/password", { current_password, new_password: "another horse" }),
          );
        for (let index = 0; index < 10; index++) expect(await change(`guess ${index}`)).toBe(403);
        expect(await change(PASSWORD)).toBe(429);
      });
    });

    describe("finding out what there is", () => {
      test("names: unknown, known, invited and disabled ones get the same answer after the same work", async () => {
        // Some 50 ms, which an answer without it would save.
        const passwords = new Passwords({ logN: 14, blockSize: 8, parallel: 1 });
        const keyed = await start({ passwords });
        await signInAs(keyed, "admin", "known");
        await keyed.people.users.invite({ name: "invited", role: "viewer" }, TESTER);
        const disabled = await signInAs(keyed, "viewer", "disabled");
        await keyed.people.users.change(disabled.userId, { isDisabled: true }, TESTER);
        const texts = new Set<string>();
        const names = ["known", "unknown", "invited", "disabled"];
        const wrong = names.map((name) => async () => {
          // No more than what one address may try.
          const answer = await new Browser(keyed).signIn(
            name,
            name === "disabled" ? PASSWORD : "wrong wrong",
          );
          texts.add(`${answer.status} ${answer.text} ${String(answer.headers["set-cookie"])}`);
        });
        const work = await leastWorkOf(9, wrong);
        expect(texts.size, [...texts].join("\n")).toBe(1);
        expect(Math.min(...work), work.join(" ")).toBeGreaterThan(0.5 * Math.max(...work));
      });

      test("keys: looked up by their hash, and never compared with one that there is", async () => {
        const keyed = await start();
        const key = await keyed.give();
        const asked: string[] = [];
        const { findKeyByHash } = keyed.store.keys;
        keyed.store.keys.findKeyByHash = (hash) => {
          asked.push(hash);
          return findKeyByHash.call(keyed.store.keys, hash);
        };
        const guesses = [
          `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`,
          `${key.slice(0, 9)}${"x".repeat(key.length - 9)}`,
          `tp-${"x".repeat(43)}`,
        ];
        const answers = [];
        for (const guess of guesses) answers.push(await keyed.ask(guess, "GET", "/v1/models"));
        // The store is given nothing that resembles a key.
        expect(asked).toEqual(guesses.map(sha256));
        for (const { status, text } of answers) expect([status, text]).toEqual([401, answers[0]?.text]);
      });
    });
  });
});

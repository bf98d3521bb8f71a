import { describe, expect, test } from "vitest";

import { onEachDatabase } from "../conformance/on-each-database.ts";
import { Browser, PASSWORD, signInAs } from "./browser.ts";
import { startKeyedServer } from "./keyed-server.ts";
import { chatBody, CHAT_PATH, say } from "./scripted-server.ts";

const SESSION = "/admin/api/session";
const USERS = "/admin/api/users";
const CHAT = JSON.parse(chatBody()) as object;

onEachDatabase("people", (database, createLocation) => {
  const start = async (given: Parameters<typeof startKeyedServer>[1] = {}) =>
    startKeyedServer(say("ok"), { ...given, location: await createLocation() });

  describe(database, () => {
    test("the first administrator comes by a link, invites, and runs turns with the browser's session", async () => {
      const keyed = await start();
      const first = await keyed.people.users.linkForFirst();
      if (!first) return expect.unreachable();
      const browser = new Browser(keyed);
      expect((await browser.send("GET", SESSION)).status).toBe(401);
      const { token } = first;
      expect((await browser.send("POST", "/admin/api/link", { token })).json).toEqual({
        object: "link",
        purpose: "first_admin",
        name: null,
        role: "admin",
        expires_at: first.expiresAt,
      });
      expect(await browser.send("POST", "/admin/api/link/use", { token, password: PASSWORD })).toMatchObject({
        status: 400,
        json: { error: { param: "name" } },
      });
      const begun = await browser.send("POST", "/admin/api/link/use", {
        token,
        name: " Ada ",
        password: PASSWORD,
      });
      expect(begun).toMatchObject({
        status: 200,
        headers: { "cache-control": "no-store" },
        json: { object: "session", user: { name: "Ada", role: "admin" }, csrf_token: expect.any(String) },
      });
      const cookie = browser.setCookies.find((line) => line.includes("_session"));
      expect(cookie).toMatch(
        /^turnpike_session_\d+=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
      );
      expect(await keyed.people.users.linkForFirst()).toBeUndefined();
      expect((await browser.send("GET", SESSION)).json).toEqual(begun.json);
      expect((await browser.send("POST", CHAT_PATH, CHAT)).status).toBe(200);
      const { user } = begun.json as { user: { id: string } };
      expect(keyed.server.requests[0]?.principalId).toBe(`user:${user.id}`);

      keyed.pass(1);
      const invited = await browser.send("POST", USERS, { name: "Bob", role: "viewer" });
      expect(invited).toMatchObject({
        status: 201,
        json: { object: "user", name: "Bob", role: "viewer", approve: "none", status: "invited" },
      });
      const { link, id } = invited.json as { link: string; id: string };
      expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/dashboard\/welcome#[\w-]{24}$/);
      const bob = new Browser(keyed);
      const used = await bob.send("POST", "/admin/api/link/use", {
        token: link.split("#")[1],
        password: PASSWORD,
      });
      expect(used).toMatchObject({ status: 200, json: { user: { id, name: "Bob", role: "viewer" } } });
      expect((await bob.send("GET", USERS)).json).toMatchObject({
        object: "list",
        data: [
          { name: "Ada", status: "active", approve: "all" },
          { name: "Bob", status: "active" },
        ],
      });
      expect((await bob.send("POST", CHAT_PATH, CHAT)).status).toBe(403);

      // Out of all browsers at once.
      const elsewhere = new Browser(keyed);
      expect((await elsewhere.signIn("bob", PASSWORD)).status).toBe(200);
      expect((await browser.send("POST", `${USERS}/${id}`, { disabled: true })).json).toMatchObject({
        status: "disabled",
      });
      for (const one of [bob, elsewhere]) expect((await one.send("GET", SESSION)).status).toBe(401);
      expect((await elsewhere.signIn("bob", PASSWORD)).status).toBe(401);
    });

    test("out here, out everywhere, and another password", async () => {
      const keyed = await start();
      const { browser } = await signInAs(keyed, "viewer");
      const other = new Browser(keyed);
      await other.signIn("VIEWER", PASSWORD);
      expect((await browser.send("DELETE", SESSION)).status).toBe(200);
      expect(browser.cookies.size).toBe(1);
      expect((await other.send("GET", SESSION)).status).toBe(200);
      await browser.signIn("viewer", PASSWORD);
      const change = (current_password: string, new_password: string) =>
        browser.send("POST", "/admin/api/password", { current_password, new_password });
      expect((await change("wrong wrong", "another horse")).status).toBe(403);
      expect(await change(PASSWORD, "short")).toMatchObject({
        status: 400,
        json: { error: { param: "new_password" } },
      });
      expect((await change(PASSWORD, "another horse")).status).toBe(200);
      expect((await browser.send("GET", SESSION)).status).toBe(200);
      expect((await other.send("GET", SESSION)).status).toBe(401);
      expect((await other.signIn("viewer", PASSWORD)).status).toBe(401);
      expect((await other.signIn("viewer", "another horse")).status).toBe(200);
      expect((await other.send("DELETE", "/admin/api/sessions")).status).toBe(200);
      for (const one of [browser, other]) expect((await one.send("GET", SESSION)).status).toBe(401);
    });
  });
});

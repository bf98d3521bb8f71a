import { describe, expect, test } from "vitest";

import { type AdminRoute } from "../../src/http/admin/admin-route.ts";
import { adminRoutes } from "../../src/http/admin/add-admin-routes.ts";
import { createApp } from "../../src/http/create-app.ts";
import { onEachDatabase } from "../conformance/on-each-database.ts";
import { type Browser, signInAs } from "./browser.ts";
import { type KeyedServer, startKeyedServer } from "./keyed-server.ts";
import { say } from "./scripted-server.ts";

type Asker = Readonly<Record<string, string>>;

const headersOf = ({ cookieHeader, csrfToken, origin }: Browser): Asker => ({
  cookie: cookieHeader,
  "x-csrf-token": csrfToken,
  origin,
});

/** The status of the answer; its body is not waited for, since some have no end. `no token`: the one of a session is missing. */
async function ask(
  { server }: KeyedServer,
  { method, path }: { readonly method: string; readonly path: string },
  headers: Asker,
): Promise<number | "no token"> {
  const hasBody = !/^get|head$/i.test(method);
  const answer = await fetch(server.url + path.replaceAll(/:\w+(\{[^}]*\})?/g, "none"), {
    method: method.toUpperCase(),
    headers: { ...headers, ...(hasBody && { "content-type": "application/json" }) },
    ...(hasBody && { body: JSON.stringify({ name: "changed" }) }),
  });
  if (answer.status === 403 && (await answer.text()).includes("X-CSRF-Token")) return "no token";
  if (!answer.bodyUsed) await answer.body?.cancel();
  return answer.status;
}

const nameOf = ({ method, path }: Pick<AdminRoute, "method" | "path">) => `${method} ${path}`;

function expectLetIn(status: number | string, route: AdminRoute): void {
  expect([401, 403, "no token"], nameOf(route)).not.toContain(status);
  expect(status, nameOf(route)).toBeLessThan(500);
}

/** What administrators change. */
async function contentOf({ store }: KeyedServer) {
  return [await store.keys.listKeys(), await store.users.listUsers()];
}

onEachDatabase("rights of people", (database, createLocation) => {
  const start = async (given: Parameters<typeof startKeyedServer>[1] = {}) =>
    startKeyedServer(say("ok"), { ...given, location: await createLocation() });

  describe(database, () => {
    test("a viewer, by session and by key, is refused at every route for administrators, and let in at every other", async () => {
      const keyed = await start();
      const key = await keyed.give({ role: "viewer" });
      const admin = (await signInAs(keyed, "admin")).browser;
      const viewer = (await signInAs(keyed, "viewer")).browser;
      const before = await contentOf(keyed);
      const routes = adminRoutes(keyed.admin);
      const counts = { viewer: 0, admin: 0, user: 0, anyone: 0 };
      for (const route of routes) {
        counts[route.role] += 1;
        // It ends the session that it is asked with.
        if (route.path === "/admin/api/session" && route.method === "delete") continue;
        const askAs = async (headers: Asker) => ask(keyed, route, headers);
        const byKey = await askAs({ authorization: `Bearer ${key}` });
        const isForAll = route.path === "/admin/api/sessions";
        const bySession = isForAll ? 200 : await askAs(headersOf(viewer));
        if (route.role === "admin") expect([byKey, bySession], nameOf(route)).toEqual([403, 403]);
        if (route.role === "viewer") for (const status of [byKey, bySession]) expectLetIn(status, route);
        if (route.role === "user") {
          expect(byKey, nameOf(route)).toBe(403);
          expectLetIn(bySession, route);
        }
        if (route.role !== "anyone") expect(await askAs({}), nameOf(route)).toBe(401);
      }
      expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
      expect(await contentOf(keyed)).toEqual(before);
      for (const route of routes.filter(({ role }) => role === "admin")) {
        expectLetIn(await ask(keyed, route, headersOf(admin)), route);
      }
    });

    test("every route that changes something refuses a session without its token: none, a wrong one, another session's", async () => {
      const keyed = await start();
      const { browser } = await signInAs(keyed, "admin");
      const other = (await signInAs(keyed, "admin", "other")).browser;
      const app = createApp(keyed.server.parts);
      const ways = [
        ...app.routes.filter(({ path }) => path !== "/*" && path !== "*"),
        ...adminRoutes(keyed.admin).filter(({ role }) => role !== "anyone"),
      ].filter(({ method }) => !/^(get|head|options|all)$/i.test(method));
      expect(ways.length).toBeGreaterThan(25);
      const before = await contentOf(keyed);
      const { "x-csrf-token": token = "", ...rest } = headersOf(browser);
      for (const way of ways) {
        const withToken = (sent: string) => ask(keyed, way, { ...rest, "x-csrf-token": sent });
        const name = `${way.method} ${way.path}`;
        expect(await ask(keyed, way, rest), name).toBe("no token");
        for (const wrong of ["", "x", token.slice(1), other.csrfToken, browser.sessionCookie[1]]) {
          expect(await withToken(wrong), name).toBe("no token");
        }
      }
      expect(await contentOf(keyed)).toEqual(before);
      expect(keyed.server.requests).toEqual([]);
      expect((await browser.send("GET", "/admin/api/session")).status).toBe(200);
      // With the token each is heard.
      for (const way of ways.filter(({ path }) => path !== "/admin/api/sessions")) {
        const answer = await ask(keyed, way, headersOf(browser));
        expect([401, "no token"], `${way.method} ${way.path}`).not.toContain(answer);
      }
    });

    test("signing out takes the token, too", async () => {
      const keyed = await start();
      const { browser } = await signInAs(keyed, "viewer");
      const token = browser.csrfToken;
      browser.csrfToken = "";
      expect((await browser.send("DELETE", "/admin/api/session")).status).toBe(403);
      browser.csrfToken = token;
      expect((await browser.send("GET", "/admin/api/session")).status).toBe(200);
      expect((await browser.send("DELETE", "/admin/api/session")).status).toBe(200);
    });
  });
});

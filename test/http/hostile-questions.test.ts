import { describe, expect, onTestFinished, test } from "vitest";

import { adminRoutes } from "../../src/http/admin/add-admin-routes.ts";
import { API_ROUTES } from "../../src/http/openapi/api-routes.ts";
import { openRequestLog } from "../../src/store/request-log/open-request-log.ts";
import { onEachDatabase } from "../conformance/on-each-database.ts";
import { requestEntry } from "../conformance/request-fixtures.ts";
import { startKeyedServer } from "./keyed-server.ts";
import { say } from "./scripted-server.ts";

/** What no database holds, what no number is, and what is out of every range. */
const TEXTS = [
  "\0",
  "1_a\0",
  "1_req_\0",
  "'--",
  "x".repeat(3_000),
  "1e400",
  "9".repeat(12),
  "9".repeat(20),
  "-271821-04-20",
]
  .map(encodeURIComponent)
  // Half of a character, which no URL may have.
  .concat("%ED%A0%80");

const BODIES: readonly unknown[] = [
  { name: "a\0b", models: ["\0"], profiles: ["\0"], workspaces: ["/\0"] },
  { name: "\ud800", limits: { requests_per_minute: 1e300 } },
  { name: "x", limits: { tokens_per_day: Number.MAX_SAFE_INTEGER, cost_per_day_usd: 1e308 } },
  { name: "y", expires_at: Number.MAX_SAFE_INTEGER },
  {
    name: "\0",
    password: "\0".repeat(12),
    token: "\0",
    current_password: "\0",
    new_password: "\0".repeat(12),
  },
  { token: "\0", password: "\0".repeat(12) },
  { grace_seconds: 1e300 },
  { decision: "allow", reason: "\0" },
  { values: { "\0": "\0", "turns.queue": "\0", __proto__: "1" } },
  { metadata: { "\0": "\0" } },
  [],
  null,
];

const PARAMETER = /:\w+(\{[^}]*\})?/g;

onEachDatabase("hostile questions", (database, createLocation) => {
  describe(database, () => {
    test(
      "whatever stands in a path, a query or a body, it is never the server's failure",
      { timeout: 300_000 },
      async () => {
        const log = await openRequestLog(await createLocation());
        await log.write([requestEntry(1)]);
        onTestFinished(() => log.close());
        const keyed = await startKeyedServer(say("ok"), {
          location: await createLocation(),
          requestLog: log,
        });
        const key = await keyed.give({ role: "admin", approve: "all" });
        const failures: string[] = [];
        const seen = new Set<number>();
        const ask = async (method: string, path: string, body?: unknown) => {
          const leaving = new AbortController();
          const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
          const answer = await fetch(keyed.server.url + path, {
            method: method.toUpperCase(),
            headers,
            ...(body !== undefined && { body: JSON.stringify(body) }),
            signal: leaving.signal,
          });
          seen.add(answer.status);
          // What is not offered is 501 or 503 on purpose.
          if (answer.status === 500) failures.push(`${method} ${path.slice(0, 100)} ${JSON.stringify(body)}`);
          leaving.abort();
        };
        const routes = [...adminRoutes(keyed.admin), ...API_ROUTES].filter(({ path }) => path !== "/ws");
        for (const { method, path, description } of routes) {
          const isRead = method === "get";
          const plain = path.replaceAll(PARAMETER, "none");
          const named = path.includes(":") ? TEXTS.map((text) => path.replaceAll(PARAMETER, text)) : [];
          // A feed takes what it is given, and has no end.
          const read =
            isRead && !/feed|stream|events/.test(path) ? Object.keys(description?.query ?? {}) : [];
          await Promise.all([
            ...named.map((each) => ask(method, each, isRead ? undefined : {})),
            ...read.flatMap((name) => TEXTS.map((text) => ask("get", `${plain}?${name}=${text}`))),
            ...(isRead ? [] : BODIES.map((body) => ask(method, plain, body))),
          ]);
        }
        expect(failures).toEqual([]);
        expect([...seen]).toEqual(expect.arrayContaining([200, 400, 404]));
      },
    );
  });
});

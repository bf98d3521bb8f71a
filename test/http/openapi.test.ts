import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";

import { adminRoutes } from "../../src/http/admin/add-admin-routes.ts";
import { isRecord } from "../../src/lib/is-record.ts";
import { startKeyedServer } from "./keyed-server.ts";
import { say } from "./scripted-server.ts";

/** The value at the end of a path of names. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((inner: unknown, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

test("every route of the admin API is in /openapi.json, for everybody to read, and answers of keys are as it says", async () => {
  const keyed = await startKeyedServer(say("ok"));
  const admin = await keyed.give({ role: "admin", name: "boss" });
  const { json: document, status } = await keyed.ask("", "GET", "/openapi.json");
  expect([status, at(document, "openapi")]).toEqual([200, "3.1.0"]);
  for (const { method, path } of adminRoutes(keyed.admin)) {
    const operation = at(document, "paths", path.replace(/:(\w+)/g, "{$1}"), method);
    expect(operation, `${method} ${path}`).toMatchObject({ description: expect.stringContaining("role") });
  }

  const ajv = new Ajv2020({ strict: false });
  const ask = async (method: string, path: string, template: string, body?: object) => {
    const answer = await keyed.ask(admin, method.toUpperCase(), path, body);
    const operation = at(document, "paths", template, method);
    const schemaOf = (from: unknown) => at(from, "content", "application/json", "schema");
    const described = schemaOf(at(operation, "responses", String(answer.status)));
    if (!isRecord(described)) return expect.unreachable(`${method} ${template} ${answer.status}`);
    expect(ajv.validate(described, answer.json), ajv.errorsText()).toBe(true);
    const taken = schemaOf(at(operation, "requestBody"));
    if (body && isRecord(taken)) expect(ajv.validate(taken, body), ajv.errorsText()).toBe(true);
    // Nothing but what is described.
    expect(Object.keys(at(described, "properties") ?? {}).toSorted()).toEqual(
      Object.keys(answer.json ?? {}).toSorted(),
    );
    return answer.json;
  };
  const body = {
    name: "ci",
    models: ["sonnet"],
    limits: { requests_per_minute: 5, tokens_per_day: null },
    expires_at: null,
  };
  const id = String(at(await ask("post", "/admin/api/keys", "/admin/api/keys", body), "id"));
  const one = "/admin/api/keys/{id}";
  await ask("get", "/admin/api/keys", "/admin/api/keys");
  await ask("get", `/admin/api/keys/${id}`, one);
  await ask("post", `/admin/api/keys/${id}`, one, { models: null });
  await ask("post", `/admin/api/keys/${id}/rotate`, `${one}/rotate`, { grace_seconds: 1 });
  await ask("post", `/admin/api/keys/${id}/revoke`, `${one}/revoke`);
});

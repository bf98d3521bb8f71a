import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { HonoRequest } from "hono/request";
import { expect, onTestFinished, test } from "vitest";

import { addAdminRoutes, adminRoutes } from "../../src/http/admin/add-admin-routes.ts";
import { createApp } from "../../src/http/create-app.ts";
import { isRecord } from "../../src/lib/is-record.ts";
import { openStore } from "../../src/store/open-store.ts";
import { expectDescribed, expectDescribedError } from "../schema/expect-described.ts";
import { startKeyedServer } from "./keyed-server.ts";
import { say, sendRaw, TURN_END, turnStart, type TurnScript } from "./scripted-server.ts";

/** The value at the end of a path of names. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((inner: unknown, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

test("every route of the admin API is in /openapi.json, for everybody to read, and answers of keys and users are as it says", async () => {
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

  const USERS = "/admin/api/users";
  const invited = await ask("post", USERS, USERS, { name: "bob", role: "viewer" });
  const user = `${USERS}/${String(at(invited, "id"))}`;
  await ask("get", USERS, USERS);
  await ask("post", user, `${USERS}/{id}`, { role: "viewer", disabled: false });
  const { link } = (await ask("post", `${user}/link`, `${USERS}/{id}/link`)) as { link: string };
  const [, token = ""] = link.split("#");
  await ask("post", "/admin/api/link", "/admin/api/link", { token });
  const used = { token, password: "correct horse" };
  await ask("post", "/admin/api/link/use", "/admin/api/link/use", used);
  const entry = { name: "bob", password: "correct horse" };
  await ask("post", "/admin/api/session", "/admin/api/session", entry);
  await ask("delete", "/admin/api/session", "/admin/api/session");
  await ask("delete", user, `${USERS}/{id}`);
});

test("every answer in JSON of the admin API has a schema", async () => {
  const keyed = await startKeyedServer(say("ok"));
  const routes = adminRoutes(keyed.admin).filter(({ description: { types, status } = { summary: "" } }) => {
    return status !== 101 && (types === undefined || types.includes("application/json"));
  });
  expect(routes.length).toBeGreaterThan(40);
  const bare = routes.filter(({ description }) => !description?.answer);
  expect(bare.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

/** Pages for people, and what engines call. */
const NOT_DESCRIBED = /^\/(dashboard|webui)(\/|$)|^\/\*$|^\*$|^\/engine-hooks/;

test("the document is a valid one of OpenAPI 3.1, and has every route of the server and no other", async () => {
  const keyed = await startKeyedServer(say("ok"));
  const document: unknown = (await keyed.ask("", "GET", "/openapi.json")).json;
  const validation = await new Validator().validate(
    structuredClone(document) as Parameters<Validator["validate"]>[0],
  );
  expect(validation).toMatchObject({ valid: true });

  const app = createApp({ ...keyed.server.parts, dashboard: { files: undefined } });
  addAdminRoutes(app, keyed.admin);
  const served = app.routes
    .filter(({ method, path }) => method !== "ALL" && !NOT_DESCRIBED.test(path))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/\{[^}/]*(\/[^}]*)?\}/g, "$1")}`)
    .map((route) => route.replaceAll(/:(\w+)/g, "{$1}"));
  const paths = at(document, "paths");
  if (!isRecord(paths)) return expect.unreachable();
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations as object).map((method) => `${method} ${path}`),
  );
  expect(described.toSorted()).toEqual([...new Set(served)].toSorted());
  expect(described.length).toBeGreaterThan(80);

  const ids = new Set<unknown>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations as object)) {
      const name = `${method} ${path}`;
      expect(at(operation, "summary"), name).toEqual(expect.any(String));
      ids.add(at(operation, "operationId"));
      // What takes no key says so.
      const { status } = await keyed.ask("", method.toUpperCase(), path.replaceAll(/\{\w+\}/g, "x"));
      const isPublic = Array.isArray(at(operation, "security"));
      const own = [401, 404].includes(status) && path.startsWith("/admin/api/");
      if (isPublic) expect(status !== 401 || own, name).toBe(true);
      else expect(status, name).toBe(401);
    }
  }
  expect(ids.size).toBe(described.length);
});

/** Notes each name that is looked up behind the `?` of a request, until the test has ended. */
function watchQueries(): { names: Set<string> } {
  const state = { names: new Set<string>() };
  const { query } = HonoRequest.prototype;
  const { get, getAll, has } = URLSearchParams.prototype;
  onTestFinished(() => {
    Object.assign(HonoRequest.prototype, { query });
    Object.assign(URLSearchParams.prototype, { get, getAll, has });
  });
  const noted = (name: string) => void state.names.add(name);
  Object.assign(HonoRequest.prototype, {
    query(this: HonoRequest, name?: string) {
      if (name !== undefined) {
        noted(name);
        return this.queries(name)?.[0];
      }
      return new Proxy(query.call(this), {
        get(target, key) {
          if (typeof key === "string") noted(key);
          return Reflect.get(target, key) as unknown;
        },
      });
    },
  });
  const watched = (of: (name: string) => unknown) =>
    function watch(this: URLSearchParams, name: string): unknown {
      noted(name);
      return of.call(this, name);
    };
  Object.assign(URLSearchParams.prototype, { get: watched(get), getAll: watched(getAll), has: watched(has) });
  return state;
}

test("what is read behind the `?` of an address is described, and what is described is taken", async () => {
  const keyed = await startKeyedServer(say("ok"));
  const admin = await keyed.give({ role: "admin" });
  const { json: document } = await keyed.ask("", "GET", "/openapi.json");
  const watch = watchQueries();
  const paths = Object.entries(at(document, "paths") as object);
  const undescribed: string[] = [];
  for (const [path, operations] of paths) {
    const operation: unknown = at(operations, "get");
    if (!operation || /stream|feed|events|^\/ws$/.test(path)) continue;
    const parameters = at(operation, "parameters");
    const described = (Array.isArray(parameters) ? parameters : [])
      .filter((parameter) => at(parameter, "in") === "query")
      .map((parameter) => String(at(parameter, "name")));
    watch.names = new Set();
    const headers = { authorization: `Bearer ${admin}`, "anthropic-version": "2023-06-01" };
    const plain = path.replaceAll(/\{\w+\}/g, "none");
    await sendRaw(keyed.server, { path: plain, headers });
    const unknown = [...watch.names].filter((name) => !described.includes(name));
    if (unknown.length > 0) undescribed.push(`${path}: ${unknown.join(", ")}`);
    for (const name of described) {
      const { text } = await sendRaw(keyed.server, { path: `${plain}?${name}=1`, headers });
      expect(text, `${path}?${name}`).not.toMatch(/Unknown (query )?parameter/);
    }
  }
  expect(undescribed).toEqual([]);
});

test("bodies are described as they are read: what fits is taken, what does not is refused", async () => {
  const keyed = await startKeyedServer(say("ok"));
  const { json: document } = await keyed.ask("", "GET", "/openapi.json");
  const ajv = new Ajv2020({ strict: false });
  const key = await keyed.give();
  const tool = { type: "function", function: { name: "f", parameters: { type: "object" } } };
  const message = { role: "user", content: "Hi" };
  const bodies: readonly (readonly [string, object])[] = [
    ["/v1/chat/completions", { model: "sonnet", messages: [message], tools: [tool], stream: false }],
    ["/v1/completions", { model: "sonnet", prompt: "Hi" }],
    ["/v1/responses", { model: "sonnet", input: [message], store: false }],
    ["/v1/messages", { model: "sonnet", messages: [message], max_tokens: 10 }],
    ["/v1/messages/count_tokens", { model: "sonnet", messages: [message] }],
    ["/v1/responses/input_tokens", { model: "sonnet", input: "Hi" }],
  ];
  for (const [path, body] of bodies) {
    const schema = at(
      document,
      "paths",
      path,
      "post",
      "requestBody",
      "content",
      "application/json",
      "schema",
    );
    if (!isRecord(schema)) return expect.unreachable(path);
    expect(ajv.validate(schema, body), `${path}: ${ajv.errorsText()}`).toBe(true);
    expect((await keyed.ask(key, "POST", path, body)).status, path).toBe(200);
    // And what does not fit is refused.
    const wrong = { ...body, model: 5 };
    expect(ajv.validate(schema, wrong), path).toBe(false);
    expect((await keyed.ask(key, "POST", path, wrong)).status, path).toBe(400);
  }
});

/** Thinks, says a word, and calls a tool of the client. */
const thinkAndCall: TurnScript = async function* (request) {
  yield turnStart(request);
  yield { type: "reasoning-delta", text: "Let me see." };
  yield { type: "reasoning-end", signature: "signed", model: "claude-x" };
  yield { type: "text-delta", text: "Here:" };
  yield { type: "tool-call-start", callId: "call_1", name: "f" };
  yield { type: "tool-call-end", callId: "call_1", name: "f", arguments: "{}" };
  yield { ...TURN_END, reason: "tool-calls" };
};

test("answers of /v1 are as they are described: chat completions, stored ones, responses and what they were asked, models, errors", async () => {
  const location = { type: "sqlite", file: ":memory:" } as const;
  const store = await openStore({ location, retention: { content: "keep" } });
  onTestFinished(() => store.close());
  const { completions, responses } = store;
  const keyed = await startKeyedServer(thinkAndCall, { completions, responses });
  const key = await keyed.give();
  const ask = async (method: "get" | "post" | "delete", path: string, template: string, body?: object) => {
    const { status, json } = await keyed.ask(key, method.toUpperCase(), path, body);
    expect(status, `${path}: ${JSON.stringify(json)}`).toBe(200);
    expectDescribed(method, template, json);
    return json;
  };
  const message = { role: "user", content: "Hi" };
  const parameters = { type: "object" };
  const CHAT = "/v1/chat/completions";
  const chat = {
    model: "sonnet",
    messages: [message],
    tools: [{ type: "function", function: { name: "f", parameters } }],
  };
  const completion = await ask("post", CHAT, CHAT, { ...chat, n: 2 });
  expect(completion).toMatchObject({
    choices: [{ message: { reasoning_content: "Let me see.", tool_calls: [{}] } }, { index: 1 }],
  });
  const stored = await ask("post", CHAT, CHAT, { ...chat, store: true, metadata: { a: "b" } });
  const one = `${CHAT}/${String(at(stored, "id"))}`;
  expect(await ask("get", CHAT, CHAT)).toMatchObject({ data: [{ metadata: { a: "b" } }] });
  await ask("get", one, `${CHAT}/{id}`);
  await ask("post", one, `${CHAT}/{id}`, { metadata: { c: "d" } });
  await ask("delete", one, `${CHAT}/{id}`);

  const RESPONSES = "/v1/responses";
  const asked = {
    model: "sonnet",
    input: [message],
    tools: [{ type: "function", name: "f", parameters, strict: false }],
  };
  const response = await ask("post", RESPONSES, RESPONSES, {
    ...asked,
    include: ["reasoning.encrypted_content"],
    user: "u",
    text: { format: { type: "json_object" }, verbosity: "low" },
  });
  expect(response).toMatchObject({
    output: [{ type: "reasoning" }, { type: "message" }, { type: "function_call" }],
  });
  const its = `${RESPONSES}/${String(at(response, "id"))}`;
  await ask("get", its, `${RESPONSES}/{id}`);
  expect(await ask("get", `${its}/input_items`, `${RESPONSES}/{id}/input_items`)).toMatchObject({
    data: [{}],
  });
  await ask("post", `${RESPONSES}/input_tokens`, `${RESPONSES}/input_tokens`, asked);
  await ask("delete", its, `${RESPONSES}/{id}`);

  await ask("get", "/v1/models", "/v1/models");
  await ask("get", "/v1/models/sonnet", "/v1/models/{id}");
  const headers = { authorization: `Bearer ${key}`, "anthropic-version": "2023-06-01" };
  for (const [path, template] of [
    ["/v1/models", "/v1/models"],
    ["/v1/models/sonnet", "/v1/models/{id}"],
  ] as const) {
    const { json } = await sendRaw(keyed.server, { path, headers });
    expect(at(json, "object")).toBeUndefined();
    expectDescribed("get", template, json);
  }

  for (const [status, path, body] of [
    [400, CHAT, {}],
    [404, `${RESPONSES}/resp_none`, undefined],
    [401, "/v1/models", undefined],
  ] as const) {
    const answer = await keyed.ask(status === 401 ? "" : key, body ? "POST" : "GET", path, body);
    expect(answer.status).toBe(status);
    expectDescribedError(answer.json);
  }
});

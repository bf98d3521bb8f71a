import { describe, expect, onTestFinished, test } from "vitest";

import type { ModelCatalogue } from "../../src/core/ports/model-catalogue.ts";
import { messageText } from "../../src/core/words/message.ts";
import type { Profile } from "../../src/core/words/profile.ts";
import { Gate } from "../../src/demo/gate.ts";
import { adminRoutes } from "../../src/http/admin/add-admin-routes.ts";
import { AGENT_PROFILE, CHAT_PROFILE, REQUEST_BOUNDS } from "../engine/turn-fixtures.ts";
import { APPROVER_KEY, type KeyedServer, startKeyedServer } from "./keyed-server.ts";
import { KEY, type RawAnswer, say, TURN_END, turnStart } from "./scripted-server.ts";
import { openSocket } from "./socket-client.ts";

const CHAT = "/v1/chat/completions";
const KEYS = "/admin/api/keys";

const chat = (model = "sonnet", extra: object = {}) => ({
  model,
  messages: [{ role: "user", content: "Hi" }],
  ...extra,
});

const bodyOf = (answer: RawAnswer) => answer.json as Record<string, unknown>;
const messageOf = (answer: RawAnswer) =>
  String((bodyOf(answer)["error"] as Record<string, unknown>)["message"]);

const statusOf = async (keyed: KeyedServer, key: string) =>
  (await keyed.ask(key, "POST", CHAT, chat())).status;

/** A scripted server and the secret of an administrator. */
async function startAdministered() {
  const keyed = await startKeyedServer(say("ok"));
  return { keyed, admin: await keyed.give({ name: "boss", role: "admin" }) };
}

test("a key is made, used, renamed, and revoked, which counts at once; its secret is told once", async () => {
  const { keyed, admin } = await startAdministered();
  keyed.pass(1);
  const created = await keyed.ask(admin, "POST", KEYS, { name: "ci", models: ["sonnet"] });
  expect(created).toMatchObject({
    status: 201,
    headers: { "cache-control": "no-store" },
    json: {
      object: "api_key",
      name: "ci",
      status: "active",
      role: "client",
      models: ["sonnet"],
      profiles: null,
      limits: { requests_per_minute: null },
      expires_at: null,
      key: expect.stringMatching(/^tp-[\w-]{43}$/),
    },
  });
  const { id, key, prefix } = bodyOf(created) as Record<string, string>;
  if (id === undefined || key === undefined || prefix === undefined) return expect.unreachable();
  expect(key.startsWith(prefix)).toBe(true);
  expect(await statusOf(keyed, key)).toBe(200);
  expect(keyed.server.requests[0]?.principalId).toBe(id);

  const renamed = await keyed.ask(admin, "POST", `${KEYS}/${id}`, { name: "ci 2", models: null });
  expect(renamed.json).toMatchObject({ name: "ci 2", models: null });
  const told = [
    await keyed.ask(admin, "GET", KEYS),
    await keyed.ask(admin, "GET", `${KEYS}/${id}`),
    renamed,
    await keyed.ask(admin, "POST", `${KEYS}/${id}/revoke`),
    // Again, it changes nothing.
    await keyed.ask(admin, "POST", `${KEYS}/${id}/revoke`),
  ];
  for (const answer of told) {
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(key);
    expect(answer.text).not.toContain("hash");
  }
  expect(told[0]?.json).toMatchObject({ object: "list", data: [{ name: "boss" }, { name: "ci 2", prefix }] });
  expect(told[4]?.json).toEqual(told[3]?.json);
  expect(told[4]?.json).toMatchObject({ status: "revoked", revoked_at: expect.any(Number) });
  expect(await statusOf(keyed, key)).toBe(401);
  for (const [path, body] of [
    [`${KEYS}/${id}/rotate`, {}],
    [`${KEYS}/${id}`, { name: "ci 3" }],
  ] as const) {
    expect((await keyed.ask(admin, "POST", path, body)).status).toBe(409);
  }
  expect((await keyed.ask(admin, "GET", `${KEYS}/key_0`)).status).toBe(404);
});

test("another secret: the earlier ones end at once, or after the time of grace", async () => {
  const { keyed, admin } = await startAdministered();
  const { id, key: first = "" } = bodyOf(await keyed.ask(admin, "POST", KEYS, { name: "ci" })) as Record<
    string,
    string
  >;
  const rotate = async (body: object) => {
    const answer = await keyed.ask(admin, "POST", `${KEYS}/${id}/rotate`, body);
    return String(bodyOf(answer)["key"]);
  };
  const second = await rotate({ grace_seconds: 60 });
  const statuses = () => Promise.all([first, second, third].map((key) => statusOf(keyed, key)));
  let third = second;
  expect(await statuses()).toEqual([200, 200, 200]);
  keyed.pass(59_000);
  expect(await statuses()).toEqual([200, 200, 200]);
  keyed.pass(1_000);
  expect(await statuses()).toEqual([401, 200, 200]);
  third = await rotate({});
  expect(await statuses()).toEqual([401, 401, 200]);
  // It is one key all the same: what it has made stays its own.
  const principals = new Set(keyed.server.requests.map(({ principalId }) => principalId));
  expect([...principals]).toEqual([id]);
});

test("an expired key is refused from that moment on, and what is wrong with a key cannot be told from outside", async () => {
  const { keyed, admin } = await startAdministered();
  const expiring = await keyed.give({ expiresAt: keyed.now() + 5_000 });
  const revoked = await keyed.ask(admin, "POST", KEYS, { name: "gone" });
  await keyed.ask(admin, "POST", `${KEYS}/${String(bodyOf(revoked)["id"])}/revoke`);
  expect(await statusOf(keyed, expiring)).toBe(200);
  keyed.pass(4_900);
  expect(await statusOf(keyed, expiring)).toBe(200);
  keyed.pass(200);
  const answers = await Promise.all(
    [expiring, String(bodyOf(revoked)["key"]), "tp-unknown", `${expiring}x`].map((key) =>
      keyed.ask(key, "POST", CHAT, chat()),
    ),
  );
  for (const { status, text } of answers) expect([status, text]).toEqual([401, answers[0]?.text]);
});

test("the bootstrap key has today's rights: it runs turns of any kind and administers nothing", async () => {
  const { keyed } = await startAdministered();
  expect(await statusOf(keyed, KEY)).toBe(200);
  expect(await keyed.ask(KEY, "GET", KEYS)).toMatchObject({
    status: 403,
    json: { error: { code: "forbidden", message: expect.stringContaining("turnpike keys create") } },
  });
});

test("mistakes in a key's settings are named", async () => {
  const { keyed, admin } = await startAdministered();
  for (const [body, param] of [
    [{}, "name"],
    [{ name: "" }, "name"],
    [{ name: "a\u0000b" }, "name"],
    [{ name: "\u202exx" }, "name"],
    [{ name: "\ud800" }, "name"],
    [{ name: "x", role: "root" }, "role"],
    [{ name: "x", modles: [] }, "modles"],
    [{ name: "x", limits: { requests_per_minute: 0 } }, "limits.requests_per_minute"],
    [{ name: "x", limits: { requests_per_minute: 1.5 } }, "limits.requests_per_minute"],
    [{ name: "x", limits: { cost_per_day: 1 } }, "limits.cost_per_day"],
    [{ name: "x", workspaces: ["relative"] }, "workspaces[0]"],
    [{ name: "x", permission_modes: ["yolo"] }, "permission_modes[0]"],
  ] as const) {
    const answer = await keyed.ask(admin, "POST", KEYS, body);
    expect(answer, JSON.stringify(body)).toMatchObject({ status: 400, json: { error: { param } } });
  }
  const unseen = await keyed.ask(admin, "POST", KEYS, { name: "a\tb" });
  expect(messageOf(unseen)).toBe(
    "Invalid 'name'. It must have no characters that nobody sees, such as tabs.",
  );
  const free = await keyed.ask(admin, "POST", KEYS, { name: "x", limits: { cost_per_day_usd: 0 } });
  expect(messageOf(free)).toBe(
    "Invalid 'limits.cost_per_day_usd': decimal below minimum value. Expected a value > 0, but got 0 instead.",
  );
  expect((await keyed.keyAdmin.list()).length).toBe(1);
});

describe("who may do what at the admin API", () => {
  test("clients, approvers and strangers nothing; viewers read; administrators all", async () => {
    const { keyed, admin } = await startAdministered();
    const viewer = await keyed.give({ role: "viewer", approve: "none" });
    const client = await keyed.give();
    const target = bodyOf(await keyed.ask(admin, "POST", KEYS, { name: "target" }));
    const routes = adminRoutes(keyed.admin);
    expect(routes.length).toBeGreaterThan(10);
    const before = await keyed.store.keys.listKeys();
    for (const { method, path, role } of routes) {
      // Each would do something if it were let.
      const whole = path.includes("/keys/")
        ? path.replace(":id", String(target["id"]))
        : path.replace(":id", "turn_1");
      const body = method === "get" ? undefined : { name: "changed" };
      const askAs = async (key: string) => {
        const answer = await fetch(keyed.server.url + whole, {
          method: method.toUpperCase(),
          headers: {
            ...(key !== "" && { authorization: `Bearer ${key}` }),
            "content-type": "application/json",
          },
          ...(body && { body: JSON.stringify(body) }),
        });
        // Some answers are streams without an end.
        await answer.body?.cancel();
        return answer.status;
      };
      const name = `${method} ${path}`;
      // By these people come in.
      if (role === "anyone") continue;
      if (role === "viewer") expect(method, name).toBe("get");
      expect(await askAs(""), name).toBe(401);
      expect(await askAs("tp-unknown"), name).toBe(401);
      for (const key of [KEY, APPROVER_KEY, client]) expect(await askAs(key), name).toBe(403);
      // There is no such turn, and this is no WebSocket.
      if (role === "viewer") expect([200, 404, 426], name).toContain(await askAs(viewer));
      else expect(await askAs(viewer), name).toBe(403);
    }
    expect(await keyed.store.keys.listKeys()).toEqual(before);
    // A viewer sees no answers and asks for none.
    expect(await keyed.ask(viewer, "POST", CHAT, chat())).toMatchObject({ status: 403 });
    expect(await keyed.ask(viewer, "GET", "/v1/models")).toMatchObject({ status: 403 });
    expect(keyed.server.requests).toEqual([]);
    expect(await statusOf(keyed, admin)).toBe(200);
  });

  test("nobody gives away a right to approve that is not theirs, nor gets the secret of a key with it", async () => {
    const { keyed, admin } = await startAdministered();
    const chief = await keyed.give({ role: "admin", approve: "all" });
    const answer = await keyed.ask(admin, "POST", KEYS, { name: "x", approve: "own" });
    expect(answer).toMatchObject({
      status: 403,
      json: { error: { message: expect.stringContaining("approver key") } },
    });
    const made = bodyOf(await keyed.ask(chief, "POST", KEYS, { name: "approver", approve: "all" }));
    const path = `${KEYS}/${String(made["id"])}`;
    expect((await keyed.ask(admin, "POST", `${path}/rotate`, {})).status).toBe(403);
    expect((await keyed.ask(admin, "POST", path, { name: "renamed" })).status).toBe(200);
    const other = bodyOf(await keyed.ask(admin, "POST", KEYS, { name: "plain" }));
    expect(
      (await keyed.ask(admin, "POST", `${KEYS}/${String(other["id"])}`, { approve: "own" })).status,
    ).toBe(403);
    expect((await keyed.ask(chief, "POST", `${path}/rotate`, {})).status).toBe(200);
    // To take it away takes none.
    expect((await keyed.ask(admin, "POST", path, { approve: "none" })).status).toBe(200);
  });
});

/** Who changes keys in these tests. */
// Proof for the cast: nobody else is called so.
const TESTER = { id: "tester" as never, mayApprove: "none" } as const;

const HERE = "/projects/here";

/** Knows `sonnet` and `opus` of the profile `chat`, and the agents `agent` and `other-agent`. */
const MODELS: ModelCatalogue = (() => {
  const agent: Profile = { ...AGENT_PROFILE, name: "agents", permissionMode: "default", workspace: HERE };
  const profiles = new Map<string, Profile>([
    ["sonnet", CHAT_PROFILE],
    ["opus", CHAT_PROFILE],
    ["agent", agent],
    ["other-agent", { ...agent, name: "others", workspace: "/projects/other" }],
  ]);
  return {
    resolve(modelId) {
      const [id = "", conversationName] = modelId.split(":");
      const profile = profiles.get(id);
      if (!profile) return expect.unreachable();
      return { target: { modelId: id, model: id, profile }, ...(conversationName && { conversationName }) };
    },
    list: () =>
      [...profiles].map(([id, profile]) => ({ id, createdAt: 1, profile, model: id, displayName: id })),
  };
})();

/** A server whose requests may change modes and folders as far as their key lets them. */
function startBounded() {
  return startKeyedServer(say("ok"), {
    models: MODELS,
    requestPolicy: {
      bounds: { ...REQUEST_BOUNDS, permissionModes: ["acceptEdits", "bypassPermissions"] },
      allowsBypass: true,
      folders: { resolve: async (path) => path },
    },
  });
}

/** A request to each way in that names a model. */
const postsOf = (model: string) =>
  [
    [CHAT, chat(model)],
    [CHAT, chat(`${model}:talk`)],
    [CHAT, chat(model, { stream: true })],
    ["/v1/responses", { model, input: "Hi" }],
    ["/v1/responses/input_tokens", { model, input: "Hi" }],
    ["/v1/completions", { model, prompt: "Hi" }],
    ["/v1/messages", { ...chat(model), max_tokens: 10 }],
    ["/v1/messages/count_tokens", chat(model)],
  ] as const;

describe("what a key is kept to", () => {
  test.each([
    [
      { models: ["sonnet"] },
      "opus",
      /^This key may not use the model 'opus'\. It may use: sonnet \(models of the key\)\.$/,
    ],
    [{ models: ["son*", "agent"] }, "opus", /It may use: son\*, agent/],
    [{ models: [] }, "opus", /It may use: none/],
    [
      { profiles: ["chat"] },
      "agent",
      /^This key may not use the model 'agent', which belongs to the profile 'agents'\. It may use: chat \(profiles of the key\)/,
    ],
    [{ models: ["*"], profiles: ["agents"] }, "opus", /profiles of the key/],
  ])("models: with %j, %s is refused in each protocol", async (bounds, model, message) => {
    const keyed = await startBounded();
    const key = await keyed.give({ bounds });
    for (const [path, body] of postsOf(model)) {
      const answer = await keyed.ask(key, "POST", path, body);
      const status = path.startsWith("/v1/responses") ? 400 : 403;
      expect(answer, path).toMatchObject({ status, json: { error: { type: "permission_error" } } });
      expect(messageOf(answer), path).toMatch(message);
    }
    expect(keyed.server.requests).toEqual([]);
    for (const [path, body] of postsOf(model)) {
      expect((await keyed.ask(KEY, "POST", path, body)).status, path).toBe(200);
    }
  });

  test("what it may use it gets, and the list of models shows only that", async () => {
    const keyed = await startBounded();
    const key = await keyed.give({ bounds: { models: ["son*", "agent", "unheard-of"] } });
    for (const [path, body] of postsOf("sonnet")) {
      expect((await keyed.ask(key, "POST", path, body)).status, path).toBe(200);
    }
    const listed = async (secret: string) => {
      const { data } = bodyOf(await keyed.ask(secret, "GET", "/v1/models")) as { data: { id: string }[] };
      return data.map(({ id }) => id);
    };
    expect(await listed(key)).toEqual(["sonnet", "agent"]);
    expect(await listed(KEY)).toEqual(["sonnet", "opus", "agent", "other-agent"]);
    expect((await keyed.ask(key, "GET", "/v1/models/agent")).status).toBe(200);
    expect((await keyed.ask(key, "GET", "/v1/models/opus")).status).toBe(403);
  });

  test("permission modes: the one that a turn would run in counts, asked for or not", async () => {
    const keyed = await startBounded();
    const key = await keyed.give({ bounds: { permissionModes: ["acceptEdits"] } });
    const ask = (mode?: string) =>
      keyed.ask(
        key,
        "POST",
        CHAT,
        chat("agent", mode === undefined ? {} : { claude: { permission_mode: mode } }),
      );
    expect((await ask("acceptEdits")).status).toBe(200);
    expect((await ask("plan")).status).toBe(200);
    for (const mode of ["bypassPermissions", undefined]) {
      const answer = await ask(mode);
      expect(answer, String(mode)).toMatchObject({ status: 403 });
      expect(messageOf(answer)).toMatch(
        /mode '(bypassPermissions|default)'\. It may use: acceptEdits, plan, dontAsk/,
      );
    }
    // Without tools there is nothing to permit.
    expect((await keyed.ask(key, "POST", CHAT, chat("sonnet"))).status).toBe(200);
  });

  test("workspaces: the profile's own, the one asked for and each further one", async () => {
    const keyed = await startBounded();
    const key = await keyed.give({ bounds: { workspaces: [HERE] } });
    const ask = (model: string, claude: object = {}) => keyed.ask(key, "POST", CHAT, chat(model, { claude }));
    expect((await ask("agent")).status).toBe(200);
    expect((await ask("agent", { working_directory: `${HERE}/deep` })).status).toBe(200);
    expect((await ask("other-agent", { working_directory: HERE })).status).toBe(200);
    for (const [model, claude] of [
      ["other-agent", {}],
      ["agent", { working_directory: "/projects/other" }],
      ["agent", { working_directory: `${HERE}-too` }],
      ["agent", { additional_directories: [HERE, "/etc"] }],
    ] as const) {
      const answer = await ask(model, claude);
      expect(answer, JSON.stringify(claude)).toMatchObject({ status: 403 });
      expect(messageOf(answer)).toMatch(/workspaces of the key/);
      expect(answer.text).not.toMatch(/other|etc|here/);
    }
    expect((await ask("sonnet")).status).toBe(200);
  });

  test("a change counts for the next request", async () => {
    const keyed = await startBounded();
    const key = await keyed.give({ bounds: { models: ["sonnet"] } });
    const [{ id = "" } = {}] = await keyed.keyAdmin.list();
    expect((await keyed.ask(key, "POST", CHAT, chat("opus"))).status).toBe(403);
    const admin = await keyed.give({ role: "admin" });
    await keyed.ask(admin, "POST", `${KEYS}/${id}`, { models: ["opus"] });
    expect((await keyed.ask(key, "POST", CHAT, chat("opus"))).status).toBe(200);
    expect((await keyed.ask(key, "POST", CHAT, chat("sonnet"))).status).toBe(403);
  });
});

test.each([
  [
    "/admin/api/feed",
    { role: "viewer" },
    (keyed: KeyedServer, id: string) => keyed.keyAdmin.revoke(id, TESTER),
  ],
  [
    "/admin/api/feed",
    { role: "admin" },
    (keyed: KeyedServer, id: string) =>
      keyed.keyAdmin.set(id, (settings) => ({ ...settings, role: "client" }), TESTER),
  ],
  ["/approvals/stream", {}, (keyed: KeyedServer, id: string) => keyed.keyAdmin.revoke(id, TESTER)],
] as const)(
  "an open feed, %s of a key with %j, ends when the key may no longer have it",
  async (path, settings, change) => {
    const keyed = await startKeyedServer(say("ok"));
    const key = await keyed.give(settings);
    const [{ id = "" } = {}] = await keyed.keyAdmin.list();
    const open = async (secret: string) => {
      const answer = await fetch(keyed.server.url + path, { headers: { authorization: `Bearer ${secret}` } });
      expect(answer.status).toBe(200);
      return answer.body?.getReader();
    };
    const reader = await open(key);
    await change(keyed, id);
    const untilEnd = async () => {
      while (!(await reader?.read())?.done);
    };
    await expect(untilEnd()).rejects.toThrow();
  },
);

test("on an open WebSocket, too, a revoked key runs no further turn, and a narrowed one is kept to what it may", async () => {
  const gate = new Gate();
  const keyed = await startKeyedServer(
    async function* (request) {
      yield turnStart(request);
      if (request.messages.some((message) => messageText(message) === "wait")) await gate.pass();
      yield { type: "text-delta", text: "ok" };
      yield TURN_END;
    },
    { models: MODELS },
  );
  const key = await keyed.give();
  const [{ id = "" } = {}] = await keyed.keyAdmin.list();
  const socket = await openSocket(`${keyed.server.url}/v1/responses`, {
    headers: { authorization: `Bearer ${key}` },
  });
  onTestFinished(() => socket.socket.terminate());
  const create = async (input: string, model = "sonnet") => {
    socket.send({ type: "response.create", model, store: false, input });
    return (await socket.nextResponse()).at(-1);
  };
  expect(await create("first")).toMatchObject({ type: "response.completed" });
  const narrow = { id: "tester" as never, mayApprove: "none" } as const;
  await keyed.keyAdmin.set(id, (settings) => ({ ...settings, bounds: { models: ["sonnet"] } }), narrow);
  expect(await create("second", "opus")).toMatchObject({
    type: "error",
    status: 400,
    error: { code: "forbidden", param: "model" },
  });
  const running = create("wait");
  await gate.reached;
  await keyed.keyAdmin.revoke(id, narrow);
  // What has begun comes to its end.
  gate.release();
  expect(await running).toMatchObject({ type: "response.completed" });
  expect(await create("third")).toMatchObject({ type: "error", status: 401 });
  expect(keyed.server.requests).toHaveLength(2);
});

test("a key ends at a moment that there is, and not before it begins", async () => {
  const { keyed, admin } = await startAdministered();
  const make = (expires_at: unknown) => keyed.ask(admin, "POST", KEYS, { name: "x", expires_at });
  for (const wrong of [1e18, 253_402_300_800_000, 1.5, -1, "2030-01-01", 0, keyed.now()]) {
    expect(await make(wrong), String(wrong)).toMatchObject({
      status: 400,
      json: { error: { param: "expires_at" } },
    });
  }
  expect((await make(253_402_300_799_999)).status).toBe(201);
  expect((await keyed.ask(admin, "GET", KEYS)).status).toBe(200);
});

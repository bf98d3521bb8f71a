import OpenAI from "openai";
import { describe, expect, onTestFinished, test } from "vitest";

import { AppError } from "../../src/core/words/app-error.ts";
import type { RequestPolicy } from "../../src/core/requests/request-policy.ts";
import type { ModelCatalogue } from "../../src/core/ports/model-catalogue.ts";
import type { Profile } from "../../src/core/words/profile.ts";
import type { TurnRequest } from "../../src/core/words/turn-request.ts";
import { configuredKeys } from "../../src/service/access/configured-keys.ts";
import { AGENT_PROFILE } from "../engine/turn-fixtures.ts";
import {
  JSON_HEADERS,
  KEY,
  NO_REQUEST_POLICY,
  type RawAnswer,
  say,
  type ScriptedServer,
  sendRaw,
  startScriptedServer,
} from "./scripted-server.ts";
import { openSocket } from "./socket-client.ts";

type Json = Readonly<Record<string, unknown>>;

/** The least body of each protocol. */
const PROTOCOLS = {
  "/v1/chat/completions": { model: "agent", messages: [{ role: "user", content: "hello" }] },
  "/v1/responses": { model: "agent", input: "hello", store: false },
  "/v1/messages": { model: "agent", max_tokens: 10, messages: [{ role: "user", content: "hello" }] },
} as const;

const PATHS = ["/v1/chat/completions", "/v1/responses", "/v1/messages"] as const;
type Path = (typeof PATHS)[number];

const POLICY: RequestPolicy = {
  ...NO_REQUEST_POLICY,
  bounds: {
    ...NO_REQUEST_POLICY.bounds,
    permissionModes: ["default"],
    allowedTools: ["Bash(git log *)"],
    mcpServers: "remote",
    commands: ["review"],
  },
  folders: {
    async resolve(path, profile, param) {
      if (!path.startsWith("/")) return `${profile.workspace}/${path}`;
      throw new AppError({
        kind: "forbidden",
        message: "It lies outside (setting requests.folders).",
        param,
      });
    },
  },
  configuredServers: { docs: { type: "http", url: "https://docs.example/mcp", headers: {} } },
};

interface Given {
  readonly profile?: Partial<Profile>;
  readonly clientsMayApprove?: boolean;
}

async function start({ profile, clientsMayApprove = false }: Given = {}): Promise<ScriptedServer> {
  const models: ModelCatalogue = {
    resolve: (id) => ({
      target: { modelId: id, profile: { ...AGENT_PROFILE, ...profile, name: "agent" }, model: "sonnet" },
    }),
    list: () => [],
  };
  const server = await startScriptedServer(say("ok"), {
    models,
    requestPolicy: POLICY,
    options: { keys: configuredKeys({ type: "keys", keys: [KEY], clientsMayApprove }) },
  });
  onTestFinished(() => server.close());
  return server;
}

function post(
  server: ScriptedServer,
  path: Path,
  extra: Json = {},
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  return sendRaw(server, {
    method: "POST",
    path,
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify({ ...PROTOCOLS[path], ...extra }),
  });
}

/** The one turn that such a request leads to. */
async function turnOf(
  path: Path,
  extra: Json,
  headers: Record<string, string> = {},
  given: Given = {},
): Promise<TurnRequest> {
  const server = await start(given);
  const answer = await post(server, path, extra, headers);
  expect(answer).toMatchObject({ status: 200 });
  expect(server.requests).toHaveLength(1);
  const [request] = server.requests;
  if (!request) throw new Error("There was no turn.");
  return request;
}

const CLAUDE = {
  workingDirectory: "sub",
  additional_directories: ["more"],
  permissionMode: "plan",
  builtin_tools: "auto",
  allowedTools: ["Bash(git log *)"],
  disallowedTools: ["WebFetch"],
  max_turns: 3,
  maxBudgetUsd: 0.5,
  mcpServers: ["docs", { mine: { url: "https://mine.example/mcp" } }],
  isolation: "worktree",
  command: "/review",
  timeoutMs: 5000,
};

const HEADERS = {
  "X-Turnpike-Working-Directory": "sub",
  "X-Turnpike-Additional-Directories": "more",
  "X-Turnpike-Permission-Mode": "plan",
  "X-Turnpike-Builtin-Tools": "auto",
  "X-Turnpike-Allowed-Tools": "Bash(git log *)",
  "X-Turnpike-Disallowed-Tools": '["WebFetch"]',
  "X-Turnpike-Max-Turns": "3",
  "X-Turnpike-Max-Budget-Usd": "0.5",
  "X-Turnpike-Mcp-Servers": "docs",
  "X-Turnpike-Isolation": "worktree",
  "X-Turnpike-Command": "review",
  "X-Turnpike-Approvals": "live",
  "X-Turnpike-Timeout": "5",
};

const METADATA = {
  "claude.workingDirectory": "sub",
  "claude.additional_directories": '["more"]',
  "claude.permissionMode": "plan",
  "claude.builtinTools": "auto",
  "claude.allowedTools": "Bash(git log *)",
  "claude.disallowedTools": "WebFetch",
  "claude.maxTurns": "3",
  "claude.maxBudgetUsd": "0.5",
  "claude.mcpServers": "docs",
  "claude.isolation": "worktree",
  "claude.command": "review",
  "claude.timeout_ms": "5000",
};

const EXPECTED = {
  target: {
    modelId: "agent",
    profile: {
      name: "agent",
      workspace: "/workspace/sub",
      additionalDirectories: ["/workspace/more"],
      permissionMode: "plan",
      builtinTools: "auto",
      allowedTools: ["Bash(git log *)"],
      disallowedTools: ["WebFetch"],
      maxTurns: 3,
      maxBudgetUsd: 0.5,
      mcpServers: { docs: POLICY.configuredServers["docs"] },
      isolation: "worktree",
      environment: {},
    },
  },
  command: "review",
  approvals: "live",
  timeoutMs: 5000,
};

describe.each(PATHS)("%s", (path) => {
  test("the body's settings reach the turn", async () => {
    const request = await turnOf(path, { claude: CLAUDE });
    expect(request).toMatchObject(EXPECTED);
    expect(request.target.profile.mcpServers["mine"]).toEqual({
      type: "http",
      url: "https://mine.example/mcp",
      headers: {},
    });
  });

  test("headers say the same", async () => {
    expect(await turnOf(path, {}, HEADERS)).toMatchObject(EXPECTED);
  });

  test("metadata says the same", async () => {
    expect(await turnOf(path, { metadata: METADATA })).toMatchObject(EXPECTED);
  });

  test("without settings the profile is as it was", async () => {
    const request = await turnOf(path, {});
    expect(request.target.profile).toEqual({ ...AGENT_PROFILE, name: "agent" });
    expect(request).not.toHaveProperty("command");
    expect(request.approvals).toBe("live");
  });

  test("a refusal is 403, in Responses 400, and names the setting and the place", async () => {
    const server = await start({ profile: { maxTurns: 5, isolation: "copy" } });
    const cases = [
      [{ claude: { workingDirectory: "/etc" } }, {}, "requests.folders", "claude.workingDirectory"],
      [{}, { "X-Turnpike-Working-Directory": "/etc" }, "requests.folders", "X-Turnpike-Working-Directory"],
      [
        { metadata: { "claude.workingDirectory": "/etc" } },
        {},
        "requests.folders",
        "metadata.claude.workingDirectory",
      ],
      [{ claude: { permission_mode: "auto" } }, {}, "requests.permissionModes", "claude.permission_mode"],
      [{ claude: { allowedTools: ["Bash"] } }, {}, "requests.allowedTools", "claude.allowedTools"],
      [
        { claude: { mcpServers: { mine: { command: "x" } } } },
        {},
        "requests.mcpServers",
        "claude.mcpServers",
      ],
      [{ claude: { maxTurns: 6 } }, {}, "profiles.agent.maxTurns", "claude.maxTurns"],
      [{ claude: { isolation: "none" } }, {}, "profiles.agent.isolation", "claude.isolation"],
      [{ claude: { command: "init" } }, {}, "requests.commands", "claude.command"],
    ] as const;
    for (const [extra, headers, setting, param] of cases) {
      const answer = await post(server, path, extra, headers);
      expect(answer.status, param).toBe(path === "/v1/responses" ? 400 : 403);
      expect(answer.text).toContain(`(setting ${setting})`);
      expect(answer.json).toMatchObject({ error: { type: "permission_error" } });
      if (path !== "/v1/messages") expect(answer.json).toMatchObject({ error: { param, code: "forbidden" } });
    }
    expect(server.requests).toEqual([]);
  });

  test("a mistake is 400 and names the place, before any turn", async () => {
    const server = await start();
    const cases = [
      [{ claude: 5 }, {}, "claude"],
      [{ claude: { maxTurns: "3" } }, {}, "claude.maxTurns"],
      [{ claude: { env: { PATH: "/x" } } }, {}, "claude.env"],
      [{ claude: { command: "a b" } }, {}, "claude.command"],
      [{ claude: { mcpServers: ["nobody"] } }, {}, "claude.mcpServers"],
      [{}, { "X-Turnpike-Max-Turns": "many" }, "X-Turnpike-Max-Turns"],
      [{}, { "X-Turnpike-Timeout": "soon" }, "X-Turnpike-Timeout"],
      [{ metadata: { "claude.isolation": "yes" } }, {}, "metadata.claude.isolation"],
    ] as const;
    for (const [extra, headers, param] of cases) {
      const answer = await post(server, path, extra, headers);
      expect(answer.status, param).toBe(400);
      expect(answer.text).toContain(param);
      expect(answer.json).toMatchObject({ error: { type: "invalid_request_error" } });
    }
    expect(server.requests).toEqual([]);
  });

  test("what nobody knows is told as ignored", async () => {
    const server = await start();
    const answer = await post(
      server,
      path,
      { claude: { cwd: "/x" }, metadata: { "claude.nobody": "x" } },
      { "X-Turnpike-Cwd": "/x" },
    );
    expect(answer.headers["x-turnpike-ignored"]).toBe("claude.cwd,X-Turnpike-Cwd,metadata.claude.nobody");
  });

  test("a command needs Claude Code's own tools", async () => {
    const server = await start({ profile: { builtinTools: "off" } });
    expect(await post(server, path, { claude: { command: "review" } })).toMatchObject({ status: 400 });
    expect(server.requests).toEqual([]);
  });
});

describe("approvals", () => {
  test("are asked of who has the right, unless the client says so and may", async () => {
    const mayApprove = { clientsMayApprove: true };
    expect((await turnOf("/v1/responses", {})).approvals).toBe("live");
    expect((await turnOf("/v1/responses", {}, {}, mayApprove)).approvals).toBe("client");
    expect((await turnOf("/v1/responses", { claude: { approvals: "live" } }, {}, mayApprove)).approvals).toBe(
      "live",
    );
    expect(
      (await turnOf("/v1/responses", { claude: { approvals: "client" } }, {}, mayApprove)).approvals,
    ).toBe("client");
    expect((await turnOf("/v1/chat/completions", {}, {}, mayApprove)).approvals).toBe("live");
  });

  test("of the client are refused without the right, naming the setting", async () => {
    const server = await start();
    const answer = await post(server, "/v1/responses", { claude: { approvals: "client" } });
    expect(answer).toMatchObject({
      status: 400,
      json: { error: { code: "forbidden", param: "claude.approvals" } },
    });
    expect(answer.text).toContain("(setting auth.clientsMayApprove)");
  });

  test.each(["/v1/chat/completions", "/v1/messages"] as const)(
    "of the client have no way in %s",
    async (path) => {
      const server = await start({ clientsMayApprove: true });
      expect(await post(server, path, { claude: { approvals: "client" } })).toMatchObject({ status: 400 });
    },
  );
});

test("all branches of one request share its settings", async () => {
  const server = await start();
  await post(server, "/v1/chat/completions", { n: 3, claude: { workingDirectory: "sub" } });
  expect(server.requests.map(({ target }) => target.profile.workspace)).toEqual(
    Array(3).fill("/workspace/sub"),
  );
});

test("on a WebSocket the headers of the handshake hold for each response, and its body counts before them", async () => {
  const server = await start();
  const client = await openSocket(`${server.url}/v1/responses`, {
    headers: {
      authorization: `Bearer ${KEY}`,
      "X-Turnpike-Permission-Mode": "plan",
      "X-Turnpike-Timeout": "9",
    },
  });
  onTestFinished(() => client.socket.terminate());
  const create = { type: "response.create", ...PROTOCOLS["/v1/responses"] };
  for (const permissionMode of [undefined, "default", "auto"]) {
    client.send({ ...create, claude: { permissionMode } });
    await client.nextResponse();
  }
  expect(server.requests.map(({ target, timeoutMs }) => [target.profile.permissionMode, timeoutMs])).toEqual([
    ["plan", 9000],
    ["default", 9000],
  ]);
});

test("the openai package sends them as fields and headers of its own", async () => {
  const server = await start();
  const client = new OpenAI({ apiKey: KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
  const body = { ...PROTOCOLS["/v1/chat/completions"], messages: [{ role: "user", content: "hi" } as const] };
  await client.chat.completions.create(
    // @ts-expect-error -- the package knows no such field, and sends it all the same
    { ...body, claude: { workingDirectory: "sub" } },
    { headers: { "X-Turnpike-Max-Turns": "2" } },
  );
  await client.responses.create({
    model: "agent",
    input: "hi",
    store: false,
    metadata: { "claude.isolation": "copy" },
  });
  expect(
    server.requests.map(({ target: { profile } }) => [
      profile.workspace,
      profile.maxTurns,
      profile.isolation,
    ]),
  ).toEqual([
    ["/workspace/sub", 2, "none"],
    ["/workspace", undefined, "copy"],
  ]);
  await expect(
    client.responses.create({ model: "agent", input: "hi", metadata: { "claude.workingDirectory": "/etc" } }),
  ).rejects.toMatchObject({ status: 400, code: "forbidden", param: "metadata.claude.workingDirectory" });
});

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { ConfigError } from "./config-error.ts";
import { describeConfig } from "./show/describe-config.ts";
import type { ConfigInput } from "./resolve-config.ts";
import { resolveConfig } from "./resolve-config.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
});
afterEach(() => rmSync(root, { recursive: true }));

function resolve(input: Partial<ConfigInput> = {}) {
  return resolveConfig({
    engines: ["sdk"],
    flags: {},
    environment: {},
    machine: { platform: "linux", homeDir: root, currentDir: root, cores: 4, memoryBytes: 16e9 },
    ...input,
  });
}

function writeConfig(text: string, name = "turnpike.yaml"): string {
  const file = join(root, name);
  writeFileSync(file, text);
  return file;
}

function problemsOf(input: Partial<ConfigInput>): readonly string[] {
  try {
    resolve(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("defaults are safe and fit the machine", () => {
  const { config, configFile, warnings } = resolve();
  expect(config.server).toMatchObject({
    host: "127.0.0.1",
    port: 4141,
    corsOrigins: [],
    maxBodyBytes: 33_554_432,
    maxUploadBytes: 67_108_864,
  });
  expect(config.auth).toEqual({
    apiKeys: [],
    noAuth: false,
    clientsMayApprove: false,
    approverKeys: [],
  });
  expect(config.dataDir).toBe(join(root, ".local/share/turnpike"));
  expect(config.workspace).toBe(root);
  expect(config.sessions).toEqual({
    maxSessions: 8,
    maxSpares: 1,
    maxSpawnsAtOnce: 4,
    sessionIdleMs: 600_000,
    hasWorkers: true,
    maxMemoryBytes: 8e9,
  });
  expect(config.turns).toMatchObject({ maxTurnsAtOnce: 8, queueLimit: 100, turnTimeoutMs: 7_200_000 });
  expect(config.retention).toEqual({ content: "keep" });
  expect(config.profiles["default"]).toEqual({
    name: "default",
    engine: "sdk",
    systemPrompt: "claude-code",
    instructions: "",
    builtinTools: "auto",
    permissionMode: "acceptEdits",
    allowedTools: [],
    disallowedTools: [],
    settingSources: ["user", "project"],
    activity: "shown",
    workspace: root,
    additionalDirectories: [],
    isolation: "none",
    sandbox: "off",
    mcpServers: {},
    agents: {},
    environment: {},
  });
  expect(config.requests).toEqual({
    folders: [],
    permissionModes: [],
    builtinTools: false,
    allowedTools: [],
    mcpServers: "remote",
    commands: ["*"],
  });
  expect([config.approvals, config.mcpServers, config.claude.allowBypass]).toEqual([
    { timeoutMs: 300_000 },
    {},
    false,
  ]);
  expect(config.profiles["chat"]).toMatchObject({ builtinTools: "off", settingSources: [], sandbox: "off" });
  // Here the start folder is the home folder.
  expect([configFile, warnings]).toEqual([undefined, [expect.stringContaining("holds your home folder")]]);
});

test("flags win over the environment, that over the file, that over defaults; each origin is kept", () => {
  const configFile = writeConfig("server: {port: 1, host: localhost}\nmodel: opus\ndemo: true\n");
  const { config, originOf } = resolve({
    configFile,
    environment: { TURNPIKE_PORT: "2", TURNPIKE_MODEL: "haiku", TURNPIKE_QUEUE: "", TURNPIKE_DEMO: "no" },
    flags: { "server.port": "3" },
  });
  expect(config.server).toMatchObject({ port: 3, host: "localhost" });
  expect([config.model, config.demo, config.turns.queueLimit]).toEqual(["haiku", false, 100]);
  expect(originOf("server.port")).toEqual({ type: "flag", name: "--port" });
  expect(originOf("model")).toEqual({ type: "environment", name: "TURNPIKE_MODEL" });
  expect(originOf("server.host")).toEqual({ type: "file", path: configFile, key: "server.host" });
  expect(originOf("turns.queue")).toEqual({ type: "default" });
});

test("a list is replaced as a whole; both spellings of its variable count", () => {
  const configFile = writeConfig("auth: {apiKeys: [from-file]}");
  const environment = { TURNPIKE_API_KEY: "one", TURNPIKE_API_KEYS: "two, three" };
  expect(resolve({ configFile }).config.auth.apiKeys).toEqual(["from-file"]);
  expect(resolve({ configFile, environment }).config.auth.apiKeys).toEqual(["one", "two", "three"]);
  const flags = { "auth.apiKeys": ["four"] };
  expect(resolve({ configFile, environment, flags }).config.auth.apiKeys).toEqual(["four"]);
});

describe("the config file", () => {
  test("is found in the data folder, wherever that is", () => {
    mkdirSync(join(root, "data"));
    writeConfig("server: {port: 5}", "data/config.yaml");
    expect(resolve({ flags: { dataDir: "data" } }).config.server.port).toBe(5);
    expect(resolve({ environment: { TURNPIKE_DATA_DIR: join(root, "data") } }).config.server.port).toBe(5);
    expect(resolve().configFile).toBeUndefined();
  });

  test("may be JSON, named by the environment", () => {
    const file = writeConfig('{"retention": "30d", "log": {"level": "debug"}}', "c.json");
    const { config } = resolve({ environment: { TURNPIKE_CONFIG: file } });
    expect(config.retention).toEqual({ content: "keep", keepContentMs: 30 * 86_400_000 });
    expect(config.log.level).toBe("debug");
  });

  test("its paths are relative to it; ~ is the home folder", () => {
    mkdirSync(join(root, "etc/work"), { recursive: true });
    const configFile = writeConfig("workspace: work\ndataDir: ~/data\nlog: {file: ../t.log}", "etc/c.yaml");
    const { config } = resolve({ configFile });
    expect(config.workspace).toBe(join(root, "etc/work"));
    expect(config.dataDir).toBe(join(root, "data"));
    expect(config.log.file).toBe(join(root, "t.log"));
  });

  test("changes and adds profiles and models", () => {
    mkdirSync(join(root, "docs"));
    const configFile = writeConfig(`
profiles:
  chat: {settingSources: [user]}
  writer: {permissionMode: dontAsk, activity: hidden, workspace: docs}
models:
  gpt-4o: sonnet
  writer: {profile: writer, model: opus}
  claude-*: {profile: chat}
`);
    const { config, originOf } = resolve({ configFile });
    expect(config.profiles["chat"]).toMatchObject({
      systemPrompt: "client",
      settingSources: ["user"],
      activity: "shown",
    });
    expect(config.profiles["writer"]).toMatchObject({
      name: "writer",
      builtinTools: "auto",
      permissionMode: "dontAsk",
      activity: "hidden",
      workspace: join(root, "docs"),
    });
    expect(config.models).toMatchObject({
      "gpt-4o": { profile: "chat", model: "sonnet" },
      writer: { profile: "writer", model: "opus" },
      "claude-*": { profile: "chat" },
    });
    expect(originOf("models.gpt-4o").type).toBe("file");
  });

  test.each([
    ["server: {prot: 1}", "server.prot is not a setting. Did you mean server.port?"],
    ["port: 1", "port is not a setting. Did you mean server.port?"],
    ["colour: red", "colour is not a setting. Remove it; the command `config show` lists all settings."],
    ["profiles: {chat: {builtInTool: on}}", "Did you mean profiles.chat.builtinTools?"],
    [
      "models: {x: {profile: chat, modle: y}}",
      "models.x.modle is not a setting. Did you mean models.x.model?",
    ],
    ["models: {x: {model: y}}", "models.x.profile: expected a profile's name, but it is missing."],
    ["models: {x: sonet}", 'models.x: there is no model id "sonet"'],
    [
      "profiles: {chat: {builtinTools: maybe}}",
      'profiles.chat.builtinTools: expected one of auto, on, off, got "maybe".',
    ],
    [
      "profiles: {chat: {activity: off}}",
      'profiles.chat.activity: expected one of shown, text, hidden, got "off".',
    ],
    ["server: 5", "server: "],
    ["server: {port: high}", 'server.port: expected a whole number from 0 to 65535, got "high".'],
    ["- a list", "expected settings by name"],
    ["server: [1\nhost: x", "at line 2, column 1. Correct the file."],
  ])("%j is one clear line", (text, expected) => {
    const configFile = writeConfig(text);
    const problems = problemsOf({ configFile });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${configFile}: `);
    expect(problems[0]).toContain(expected);
    expect(problems[0]).not.toContain("\n");
  });

  test("must be there when it is named", () => {
    expect(problemsOf({ configFile: "gone.yaml" })).toEqual([
      `The config file ${root}/gone.yaml is not there. Name one that this user may read with --config.`,
    ]);
  });
});

describe("wrong values", () => {
  test("all are told at once, each with where it came from and what to do", () => {
    expect(
      problemsOf({
        flags: { "server.port": "70000", "turns.turnTimeout": "soon" },
        environment: { TURNPIKE_MAX_SESSIONS: "many" },
      }),
    ).toEqual([
      '--port: expected a whole number from 0 to 65535, got "70000". Change it, or leave it out for the default: 4141.',
      'TURNPIKE_MAX_SESSIONS: expected a whole number from 1 to 1000, got "many". Change it, or leave it out for the default: 8.',
      '--turn-timeout: expected a length of time such as 500ms, 30s, 10m or 1h (a bare number counts seconds), got "soon". Change it, or leave it out for the default: 2h.',
    ]);
  });

  test("a secret is never repeated", () => {
    const problems = problemsOf({
      environment: { TURNPIKE_API_KEY: "my secret", TURNPIKE_DATABASE_URL: "hunter2" },
    });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/my secret|hunter2/);
  });

  test("the variable that Kubernetes makes is explained", () => {
    expect(problemsOf({ environment: { TURNPIKE_PORT: "tcp://10.0.0.1:4141" } })[0]).toContain(
      "enableServiceLinks",
    );
  });

  test("a workspace must be a folder", () => {
    expect(problemsOf({ flags: { workspace: "gone" } })).toEqual([
      `--workspace: there is no folder ${root}/gone. Create it, or name another.`,
    ]);
  });

  test.each(["https://chat.example.com/path", "chat.example.com", "null", "https://*"])(
    "%s is no origin",
    (origin) => {
      expect(problemsOf({ flags: { "server.corsOrigins": [origin] } })).toHaveLength(1);
    },
  );
});

test("without keys the server listens on this machine only", () => {
  const flags = { "auth.noAuth": true, "server.host": "0.0.0.0" };
  expect(problemsOf({ flags })).toEqual([
    "--no-auth: allowed only on this machine itself, but the host is 0.0.0.0 (--host). Use keys, or listen on 127.0.0.1.",
  ]);
  expect(resolve({ flags: { "auth.noAuth": true, "server.host": "::1" } }).config.auth.noAuth).toBe(true);
});

test("the workspace's symbolic links are resolved", () => {
  mkdirSync(join(root, "real"));
  symlinkSync(join(root, "real"), join(root, "link"));
  expect(resolve({ flags: { workspace: "link" } }).config.workspace).toBe(join(root, "real"));
});

test("what is probably not meant is told as a warning", () => {
  const { config, warnings } = resolve({
    flags: { "auth.noAuth": true, "turns.maxTurnsAtOnce": "20" },
    environment: { TURNPIKE_MAX_SESSION: "2", TURNPIKE_API_KEY: "k", TURNPIKE_SERVICE_HOST: "10.0.0.1" },
  });
  expect(config.turns.maxTurnsAtOnce).toBe(8);
  expect(warnings).toEqual([
    "TURNPIKE_MAX_SESSION is not a setting. Did you mean TURNPIKE_MAX_SESSIONS?",
    "API keys are given but not asked for, because of --no-auth.",
    "Only 8 turns run at once: each needs one of the 8 sessions. Raise --max-sessions for more.",
    expect.stringContaining("holds your home folder"),
  ]);
});

test("a secret in the title of npm is told as a warning, with what to set instead and without the secret", () => {
  const flags = {
    workspace: "work",
    "auth.apiKeys": ["tp-visible-key-1"],
    databaseUrl: "postgres://a:b@c/d",
  };
  mkdirSync(join(root, "work"));
  expect(resolve({ flags }).warnings).toEqual([]);
  const { warnings } = resolve({ flags, environment: { npm_lifecycle_event: "start" } });
  expect(warnings).toEqual([
    "npm and its shell show --api-key to every user of this machine while the server runs: set TURNPIKE_API_KEY, or auth.apiKeys in the config file.",
    expect.stringContaining("show --database-url to every user"),
  ]);
  const others = { npm_lifecycle_event: "start", TURNPIKE_API_KEY: "tp-visible-key-1" };
  expect(resolve({ flags: { workspace: "work" }, environment: others }).warnings).toEqual([]);
});

test("a workspace that holds what Claude should not see is told as a warning", () => {
  mkdirSync(join(root, "work", "data"), { recursive: true });
  expect(resolve({ flags: { workspace: "work" } }).warnings).toEqual([]);
  expect(resolve({ flags: { workspace: "work", dataDir: "work/data" } }).warnings).toEqual([
    `The workspace ${join(root, "work")} holds Turnpike's data folder: each command of Claude's waits for a person there.`,
  ]);
  expect(resolve({ flags: { workspace: "." } }).warnings).toEqual([
    `The workspace ${root} holds your home folder: Claude may read all that is in it. Name a project's folder.`,
  ]);
});

test("config show has every setting with its origin, secrets masked", () => {
  const resolved = resolve({
    flags: { "server.port": "0", workspace: "." },
    environment: {
      TURNPIKE_API_KEYS: "tp-abcdefghijklmnop,short",
      TURNPIKE_DATABASE_URL: "postgres://a:pw@db/x",
    },
  });
  const rows = new Map(describeConfig(resolved).map((row) => [row.key, row]));
  expect(rows.get("server.port")).toEqual({ key: "server.port", value: "0", origin: "--port" });
  expect(rows.get("workspace")).toMatchObject({ value: root, origin: "--workspace" });
  expect(rows.get("turns.turnTimeout")).toMatchObject({ value: "2h", origin: "default" });
  expect(rows.get("auth.apiKeys")).toMatchObject({ value: "tp-***mnop, ***", origin: "TURNPIKE_API_KEYS" });
  expect(rows.get("databaseUrl")?.value).toBe("postgres://a:***@db/x");
  expect(rows.get("profiles.chat")?.value).toContain("built-in tools off");
  expect(rows.get("models.sonnet")?.value).toBe("profile chat, model sonnet");
});

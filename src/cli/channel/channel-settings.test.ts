import { expect, test } from "vitest";

import { ConfigError } from "../../config/config-error.ts";
import { findOpenApproverKey, resolveChannel } from "./channel-settings.ts";
import { scrubEnvironment, secretsOf } from "./scrub-environment.ts";

const FOLDER = import.meta.dirname;

type Environment = Readonly<Record<string, string>>;
type Flags = Readonly<Record<string, unknown>>;

const MACHINE = {
  platform: "linux",
  homeDir: FOLDER,
  currentDir: FOLDER,
  cores: 2,
  memoryBytes: 8e9,
} as const;

function resolveAll(environment: Environment, flags: Flags = {}) {
  return resolveChannel({ flags }, { environment, machine: MACHINE, engines: ["sdk"] });
}

function resolve(environment: Environment = {}, flags: Flags = {}) {
  return resolveAll(environment, flags).config;
}

test("has a port, a time and a data folder of its own, and one turn at a time", () => {
  const { server, turns, dataDir, profiles, models, auth } = resolve({}, { "auth.clientsMayApprove": true });
  expect([server.port, turns.turnTimeoutMs, turns.maxTurnsAtOnce]).toEqual([4142, 600_000, 1]);
  expect(dataDir).toBe(`${FOLDER}/.local/share/turnpike/channel-4142`);
  expect(Object.values(profiles).map(({ engine }) => engine)).toEqual(["channel"]);
  expect(models).toEqual({ "claude-code": { profile: "default", model: "default" } });
  // The asking client is never the one that allows.
  expect(auth.clientsMayApprove).toBe(false);
});

test.each([
  ["30", 30_000],
  ["600000", 600_000],
  ["5m", 300_000],
])("takes the other program's variables: a timeout of %s", (timeout, ms) => {
  const config = resolve({
    OPENAI_COMPAT_PORT: "8787",
    OPENAI_COMPAT_API_KEY: "a-key-of-theirs-1",
    OPENAI_COMPAT_MODEL: "gpt-4o",
    OPENAI_COMPAT_TIMEOUT: timeout,
    OPENAI_COMPAT_LOG: "/tmp/channel.log",
    OPENAI_COMPAT_LOG_LEVEL: "WARN",
  });
  expect(config.server.port).toBe(8787);
  expect(config.dataDir).toMatch(/channel-8787$/);
  expect(config.auth.apiKeys).toEqual(["a-key-of-theirs-1"]);
  expect(Object.keys(config.models)).toEqual(["gpt-4o", "claude-code"]);
  expect(config.turns.turnTimeoutMs).toBe(ms);
  expect(config.log).toMatchObject({ file: "/tmp/channel.log", level: "error" });
});

test.each([
  ["1", {}, "info"],
  ["off", {}, "none"],
  ["false", { OPENAI_COMPAT_LOG_LEVEL: "debug" }, "debug"],
])("a log that is only switched, with %s, is no file", (value, more, level) => {
  const { log } = resolve({ OPENAI_COMPAT_LOG: value, ...more });
  expect(log).toEqual({ level, prompts: false });
});

test("Turnpike's own variables and flags win, and a problem names the variable that was set", () => {
  expect(resolve({ OPENAI_COMPAT_PORT: "1", TURNPIKE_PORT: "2" }).server.port).toBe(2);
  expect(resolve({ OPENAI_COMPAT_PORT: "1" }, { "server.port": "3" }).server.port).toBe(3);
  const problems = () => resolve({ OPENAI_COMPAT_PORT: "many" });
  expect(problems).toThrow(ConfigError);
  expect(problems).toThrow(/OPENAI_COMPAT_PORT/);
});

test("works in the project of the session", () => {
  expect(resolve({ CLAUDE_PROJECT_DIR: `${FOLDER}/..` }).workspace).toMatch(/src\/cli$/);
});

test("no secret of the session is passed on, and all are kept out of the log", () => {
  const environment = {
    PATH: "/bin",
    ANTHROPIC_API_KEY: "sk-ant-secret-1",
    CLAUDE_CODE_MESSAGING_TOKEN: "token-of-the-inbox",
    CLAUDE_CODE_MESSAGING_SOCKET: "/tmp/s",
    AWS_SECRET_ACCESS_KEY: "aws-secret-1",
    OPENAI_COMPAT_API_KEY: "a-key-of-theirs-1",
    LC_ALL: "C",
  };
  expect(scrubEnvironment(environment)).toEqual({ PATH: "/bin", LC_ALL: "C" });
  expect(secretsOf(environment)).toEqual([
    "sk-ant-secret-1",
    "token-of-the-inbox",
    "aws-secret-1",
    "a-key-of-theirs-1",
  ]);
});

const told = (environment: Environment, flags: Flags = {}) =>
  findOpenApproverKey(resolveAll(environment, flags), { environment });

test("approver keys that Claude Code hands on are told of, those in a file are not", () => {
  expect(told({})).toBeUndefined();
  expect(told({ TURNPIKE_APPROVER_KEYS: "tp-approver-mine-1" })).toMatch(/Leave TURNPIKE_APPROVER_KEYS out/);
  expect(told({}, { "auth.approverKeys": ["tp-approver-mine-1"] })).toMatch(/Leave --approver-key out/);
});

test.each([
  ["verbose", "debug"],
  ["FATAL", "error"],
  ["critical", "error"],
  ["Warning", "error"],
  ["30", "info"],
  ["trace", "trace"],
  ["silent", "none"],
  // Nobody knows it: the default.
  ["3", "info"],
  ["loud", "info"],
])("a level of another program does not stop the channel: %s", (given, level) => {
  const { config, warnings } = resolveAll({ OPENAI_COMPAT_LOG_LEVEL: given });
  expect(config.log.level).toBe(level);
  const isUnknown = ["3", "loud"].includes(given);
  const ofLevel = warnings.filter((warning) =>
    warning.startsWith("OPENAI_COMPAT_LOG_LEVEL: there is no level"),
  );
  expect(ofLevel).toHaveLength(isUnknown ? 1 : 0);
});

test("a level of our own variable is still checked, and wins", () => {
  expect(() => resolve({ TURNPIKE_LOG_LEVEL: "verbose" })).toThrow(/TURNPIKE_LOG_LEVEL: expected one of/);
  const both = { OPENAI_COMPAT_LOG_LEVEL: "loud", TURNPIKE_LOG_LEVEL: "error" };
  const { config, warnings } = resolveAll(both);
  expect(config.log.level).toBe("error");
  expect(warnings.join()).not.toContain("OPENAI_COMPAT_LOG_LEVEL");
});

test.each([
  [{ OPENAI_COMPAT_TIMEOUT: "abc" }, {}, /^OPENAI_COMPAT_TIMEOUT: .*default: 10m\.$/],
  [{ OPENAI_COMPAT_TIMEOUT: "1e9" }, {}, /^OPENAI_COMPAT_TIMEOUT: .*got "1e9"\. /],
  [{}, { "turns.turnTimeout": "abc" }, /^--turn-timeout: .*default: 10m\.$/],
  [{ OPENAI_COMPAT_PORT: "abc" }, {}, /^OPENAI_COMPAT_PORT: .*default: 4142\.$/],
  [{}, { "turns.queue": "abc" }, /^--queue: .*default: 100\.$/],
])("a problem names the channel's own default: %j %j", (environment, flags, message) => {
  expect(() => resolve(environment, flags)).toThrow(message);
});

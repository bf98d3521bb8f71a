import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { LiveSettings } from "../../src/compose/live-settings.ts";
import type { Config } from "../../src/config/config.ts";
import { resolveConfig } from "../../src/config/resolve-config.ts";
import { describeMachine } from "../../src/config/sources/machine.ts";
import type { SettingBody } from "../../src/protocols/admin/setting-schemas.ts";
import { startKeyedServer } from "./keyed-server.ts";
import { say } from "./scripted-server.ts";

const PATH = "/admin/api/settings";
const SECRET = "tp-a-very-secret-configured-key";

async function start() {
  const dataDir = mkdtempSync(join(tmpdir(), "turnpike-settings-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const input = {
    flags: { dataDir, "turns.queue": "20", "auth.apiKeys": [SECRET] },
    environment: { TURNPIKE_LOG_LEVEL: "debug" },
    machine: describeMachine(),
    engines: ["sdk"],
  };
  const applied: Config[] = [];
  const settings = new LiveSettings(resolveConfig(input), (config) => void applied.push(config));
  const keyed = await startKeyedServer(say("ok"), { settings });
  const admin = await keyed.give({ role: "admin" });
  const viewer = await keyed.give({ role: "viewer" });
  const change = (values: object) => keyed.ask(admin, "POST", PATH, { values });
  const find = async (key: string) => {
    const { json } = await keyed.ask(viewer, "GET", PATH);
    return (json as { data: SettingBody[] }).data.find((each) => each.key === key);
  };
  return { keyed, admin, viewer, input, applied, change, find };
}

test("every setting with its value and where that comes from, secrets masked", async () => {
  const { keyed, viewer, find } = await start();
  expect(await find("turns.queue")).toMatchObject({
    value: "20",
    default: "100",
    origin: { type: "flag", text: "--queue" },
    is_live: true,
  });
  expect(await find("log.level")).toMatchObject({
    value: "debug",
    origin: { type: "environment", text: "TURNPIKE_LOG_LEVEL" },
    choices: ["none", "error", "info", "debug", "trace"],
  });
  expect(await find("server.port")).toMatchObject({ origin: { type: "default" }, is_live: false });
  expect(await find("auth.apiKeys")).toMatchObject({ is_secret: true });
  const { text } = await keyed.ask(viewer, "GET", PATH);
  expect(text).not.toContain(SECRET);
});

test("a live one counts at once and after a restart, with an origin of its own, until it is taken back", async () => {
  const { change, find, applied, input, keyed, admin } = await start();
  const answer = await change({ "turns.queue": "7", "log.level": "error", "requestLog.content": "true" });
  expect(answer.status).toBe(200);
  expect(applied.at(-1)).toMatchObject({
    turns: { queueLimit: 7 },
    log: { level: "error" },
    requestLog: { keepsContent: true },
  });
  expect(await find("turns.queue")).toMatchObject({ value: "7", origin: { type: "changed" } });
  expect(resolveConfig(input).config.turns.queueLimit).toBe(7);
  expect((await keyed.ask(admin, "GET", "/admin/api/audit")).json).toMatchObject({
    data: [
      {
        action: "settings.change",
        before: { "turns.queue": "20", "log.level": "debug" },
        after: { "turns.queue": "7", "log.level": "error" },
      },
    ],
  });
  await change({ "turns.queue": null });
  expect(await find("turns.queue")).toMatchObject({ value: "20", origin: { type: "flag" } });
  expect(resolveConfig(input).config).toMatchObject({ turns: { queueLimit: 20 }, log: { level: "error" } });
});

test("the config file counts as it was when the server started, whatever somebody has written into it since", async () => {
  const { change, find, applied, input } = await start();
  writeFileSync(join(input.flags.dataDir, "config.yaml"), "model: opus\nsessions: { maxSessions: 3 }\n");
  expect(await change({ "turns.queue": "7" })).toMatchObject({ status: 200 });
  expect(await find("model")).toMatchObject({ value: "default", origin: { type: "default" } });
  expect(applied.at(-1)?.sessions.maxSessions).not.toBe(3);
  writeFileSync(join(input.flags.dataDir, "config.yaml"), "no: setting\n");
  expect(await change({ "turns.queue": "8" })).toMatchObject({ status: 200 });
});

test.each([
  [{ "turns.queue": "many" }, /"turns\.queue: expected a whole number.*"param":"turns\.queue"/],
  [{ "turns.queue": "3", "log.level": "loud" }, /"log\.level: expected one of.*"param":"log\.level"/],
  [{ "server.port": "1" }, /next start/],
  [{ "auth.apiKeys": "x" }, /next start/],
  [{ "no.such": "1" }, /no setting/],
  [{ __proto__x: "1" }, /no setting/],
  [{ "turns.queue": 7 }, /turns.queue/],
])("%j is refused, and nothing of it counts", async (values, message) => {
  const { change, find, applied } = await start();
  const answer = await change(values);
  expect(answer.status).toBe(400);
  expect(answer.text).toMatch(message);
  expect(applied).toEqual([]);
  expect(await find("turns.queue")).toMatchObject({ value: "20" });
});

test("changes at once come one after the other, and none is lost", async () => {
  const { change, find } = await start();
  const keys = ["turns.queue", "sessions.maxSpares", "requestLog.maxRequests", "sessions.maxSessions"];
  await Promise.all(keys.map((key, index) => change({ [key]: String(index + 2) })));
  for (const [index, key] of keys.entries()) {
    expect(await find(key)).toMatchObject({ value: String(index + 2), origin: { type: "changed" } });
  }
});

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { resolveConfig } from "../resolve-config.ts";
import { describeMachine } from "../sources/machine.ts";
import { changedSettingsFile, readChangedSettings, writeChangedSettings } from "./changed-settings.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "turnpike-changed-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function resolve(flags: Readonly<Record<string, unknown>> = {}) {
  return resolveConfig({
    flags: { dataDir, ...flags },
    environment: {},
    machine: describeMachine(),
    engines: ["sdk"],
  });
}

test("what was changed while a server ran counts at the next start, and says so", async () => {
  await writeChangedSettings(dataDir, { "turns.queue": { value: "7", instead: null } });
  const { config, originOf } = resolve();
  expect(config.turns.queueLimit).toBe(7);
  expect(originOf("turns.queue")).toEqual({ type: "changed" });
  expect(statSync(changedSettingsFile(dataDir)).mode & 0o777).toBe(0o600);
});

test("the later word counts: of a flag that stood there then the change, of another one since the flag", async () => {
  await writeChangedSettings(dataDir, { "turns.queue": { value: "7", instead: "50" } });
  expect(resolve({ "turns.queue": "50" }).config.turns.queueLimit).toBe(7);
  const since = resolve({ "turns.queue": "60" });
  expect(since.config.turns.queueLimit).toBe(60);
  expect(since.originOf("turns.queue").type).toBe("flag");
  expect(resolve().config.turns.queueLimit).toBe(100);
});

test("a file that somebody has broken is told of, and a value that is none, too", async () => {
  for (const text of ["{", "[]", '{"turns.queue": 7}']) {
    writeFileSync(changedSettingsFile(dataDir), text);
    expect(() => resolve()).toThrow(/Delete it/);
  }
  await writeChangedSettings(dataDir, { "turns.queue": { value: "many", instead: null } });
  expect(() => resolve()).toThrow(/changed while running: turns\.queue: expected/);
  expect(readFileSync(changedSettingsFile(dataDir), "utf8")).toContain("many");
  expect(readChangedSettings(join(dataDir, "none"))).toEqual({});
});

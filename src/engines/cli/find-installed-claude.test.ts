import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { findInstalledClaude } from "./find-installed-claude.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-find-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program at this place. */
function put(place: string, mode = 0o755): string {
  const path = join(folder, place);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, mode);
  return path;
}

const find = (environment: Readonly<Record<string, string>> = {}) =>
  findInstalledClaude({ HOME: folder, ...environment }, "linux");

test.each([
  ["the native installer", ".local/bin/claude"],
  ["the older local installation", ".claude/local/claude"],
  ["npm with a prefix in the home folder", ".npm-global/bin/claude"],
  ["bun", ".bun/bin/claude"],
])("that of %s is found without PATH", async (_, place) => {
  const path = put(place);
  expect(await find()).toBe(path);
});

test("the first in PATH comes before all others, and what cannot be run is passed over", async () => {
  put(".local/bin/claude");
  put("first/claude", 0o644);
  mkdirSync(join(folder, "second", "claude"), { recursive: true });
  const path = put("third/claude");
  put("fourth/claude");
  const PATH = ["", "first", "second", "third", "fourth"].map((name) => name && join(folder, name));
  expect(await find({ PATH: PATH.join(delimiter) })).toBe(path);
});

test("npm's own prefix is read from where people set it", async () => {
  const path = put("by-npm/bin/claude");
  expect(await find({ npm_config_prefix: join(folder, "by-npm") })).toBe(path);
  writeFileSync(join(folder, ".npmrc"), "audit=false\nprefix = ~/by-npm\n");
  expect(await find()).toBe(path);
});

test("on Windows it is what npm's scripts start, since no script of the shell is run", async () => {
  put("npm/claude.cmd");
  const path = put("npm/node_modules/@anthropic-ai/claude-code/bin/claude.exe");
  const given = { USERPROFILE: folder, PATH: join(folder, "npm") };
  expect(await findInstalledClaude(given, "win32")).toBe(path);
});

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, expect, onTestFinished, test } from "vitest";

import { changeTrustFile, trustFile } from "./trust-file.ts";
import { TrustedFolders } from "./trusted-folders.ts";

let root: string;
let problems: unknown[];

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-trust-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  problems = [];
  for (const folder of ["home/project/sub", "home/other", "srv/repository/sub", "data"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
});

function open(...trusted: string[]) {
  return new TrustedFolders({
    config: { dataDir: join(root, "data"), trustedFolders: trusted.map((path) => join(root, path)) },
    homeDir: join(root, "home"),
    onUnreadable: (error) => void problems.push(error),
  });
}

const trust = (...trusted: string[]) =>
  changeTrustFile(join(root, "data"), () => ({
    trusted: trusted.map((path) => join(root, path)),
    declined: [],
  }));

test("a folder is trusted with all inside, and nothing beside or above it", () => {
  const folders = open("home/project");
  const judged = ["home/project", "home/project/sub", "home/project-2", "home", "home/other", ""];
  expect(judged.map((path) => folders.isTrusted(join(root, path)))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("settings of a folder above it stand in the way, until that is trusted as well", async () => {
  mkdirSync(join(root, "srv/repository/.claude"));
  const folders = open("srv/repository/sub");
  const sub = join(root, "srv/repository/sub");
  expect(folders.judge(sub)).toEqual({ type: "below-untrusted", above: join(root, "srv/repository") });
  await trust("srv/repository");
  expect(folders.judge(sub)).toEqual({ type: "trusted" });
  // Includes a dangling link.
  symlinkSync(join(root, "nowhere"), join(root, "srv/.mcp.json"));
  expect(folders.judge(sub)).toEqual({ type: "below-untrusted", above: join(root, "srv") });
});

test("those of the home folder are the person's own", () => {
  mkdirSync(join(root, "home/.claude"));
  expect(open("home/project").isTrusted(join(root, "home/project"))).toBe(true);
});

test("what is added to the list or taken from it counts at once", async () => {
  const folders = open();
  const project = join(root, "home/project");
  expect(folders.isTrusted(project)).toBe(false);
  await trust("home/project");
  expect(folders.isTrusted(project)).toBe(true);
  await trust();
  expect(folders.isTrusted(project)).toBe(false);
});

test.each(["{", "[]", '{"trusted": "/"}'])("nothing counts of a list that cannot be read: %s", (content) => {
  const folders = open("home/other");
  writeFileSync(trustFile(join(root, "data")), content);
  expect(folders.isTrusted(join(root, "home/project"))).toBe(false);
  expect(folders.isTrusted(join(root, "home/other"))).toBe(true);
  expect(problems).toHaveLength(1);
});

import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, expect, onTestFinished, test } from "vitest";

import { recordTrust } from "./record-trust.ts";

let root: string;
let environment: Record<string, string>;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-record-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  environment = { HOME: join(root, "home") };
  for (const folder of ["home", "project", "repository/sub"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
});

const file = () => join(root, "home/.claude.json");
const write = (config: unknown) => writeFileSync(file(), JSON.stringify(config));
const trusted = (path = file()) => {
  const { projects } = JSON.parse(readFileSync(path, "utf8")) as { projects: Record<string, object> };
  return Object.entries(projects)
    .filter(([, entry]) => "hasTrustDialogAccepted" in entry && entry.hasTrustDialogAccepted === true)
    .map(([key]) => key.slice(root.length + 1));
};

test("is written beside what is there, and leaves no lock", async () => {
  const project = join(root, "project");
  write({
    numStartups: 7,
    projects: { [project]: { allowedTools: [], hasTrustDialogAccepted: false }, "/x": {} },
  });
  await recordTrust(project, environment);
  expect(JSON.parse(readFileSync(file(), "utf8"))).toMatchObject({
    numStartups: 7,
    projects: { [project]: { allowedTools: [], hasTrustDialogAccepted: true }, "/x": {} },
  });
  expect(existsSync(`${file()}.lock`)).toBe(false);
});

test("what is there already is not written again", async () => {
  const project = join(root, "project");
  write({ projects: { [project]: { hasTrustDialogAccepted: true } } });
  const before = lstatSync(file()).ino;
  await recordTrust(project, environment);
  expect(lstatSync(file()).ino).toBe(before);
});

test("is made where there is none, in the folder that Claude Code uses", async () => {
  environment["CLAUDE_CONFIG_DIR"] = join(root, "claude");
  await recordTrust(join(root, "project"), environment);
  expect(trusted(join(root, "claude/.claude.json"))).toEqual(["project"]);
  expect(lstatSync(join(root, "claude/.claude.json")).mode & 0o077).toBe(0);
});

test("is for the repository and the one that a worktree belongs to", async () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: join(root, "repository"),
    });
  git("init", "--quiet");
  git("commit", "--quiet", "--allow-empty", "--message", "First");
  git("worktree", "add", "--quiet", join(root, "tree"));
  await recordTrust(join(root, "repository/sub"), environment);
  expect(trusted()).toEqual(["repository/sub", "repository"]);
  rmSync(file());
  await recordTrust(join(root, "tree"), environment);
  expect(trusted()).toEqual(["tree", "repository"]);
});

test("entries of ours for folders that are gone are taken out, others stay", async () => {
  write({ projects: { [join(root, "theirs")]: { hasTrustDialogAccepted: true } } });
  mkdirSync(join(root, "copy"));
  await recordTrust(join(root, "copy"), environment);
  rmSync(join(root, "copy"), { recursive: true });
  await recordTrust(join(root, "project"), environment);
  expect(trusted()).toEqual(["theirs", "project"]);
});

test("a link stays a link", async () => {
  writeFileSync(join(root, "kept.json"), "{}");
  symlinkSync(join(root, "kept.json"), file());
  await recordTrust(join(root, "project"), environment);
  expect([lstatSync(file()).isSymbolicLink(), trusted(join(root, "kept.json"))]).toEqual([true, ["project"]]);
});

test("a file that holds something else is left as it is", async () => {
  writeFileSync(file(), "{");
  await expect(recordTrust(join(root, "project"), environment)).rejects.toThrow();
  expect(readFileSync(file(), "utf8")).toBe("{");
});

test("a lock of one who has died is broken", async () => {
  mkdirSync(`${file()}.lock`);
  utimesSync(`${file()}.lock`, 0, 0);
  await recordTrust(join(root, "project"), environment);
  expect(trusted()).toEqual(["project"]);
});

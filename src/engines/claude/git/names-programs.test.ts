import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, expect, onTestFinished, test } from "vitest";

import { namesPrograms } from "./names-programs.ts";

let root: string;
let repository: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-git-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  repository = join(root, "repository");
  mkdirSync(join(repository, "sub"), { recursive: true });
  git("init", "--quiet");
  git("commit", "--quiet", "--allow-empty", "--message", "First");
});

function git(...args: string[]): void {
  const who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"];
  execFileSync("git", [...who, ...args], { cwd: repository, stdio: "ignore" });
}

const look = (folder = repository) => namesPrograms(folder, { PATH: "/usr/bin:/bin" });

test("not in an ordinary repository, a clone, a worktree, a superproject, nor outside of one", async () => {
  git("clone", "--quiet", ".", join(root, "clone"));
  git("worktree", "add", "--quiet", join(root, "tree"));
  git("submodule", "add", "--quiet", join(root, "clone"), "module");
  git("config", "core.hooksPath", ".husky");
  git("config", "core.fsmonitor", "true");
  git("config", "core.worktree", "..");
  const folders = [
    repository,
    join(repository, "sub"),
    join(root, "clone"),
    join(root, "tree"),
    join(repository, "module"),
    root,
  ];
  expect(await Promise.all(folders.map((folder) => look(folder)))).toEqual(folders.map(() => false));
});

test.each([
  "core.fsmonitor",
  "core.sshCommand",
  "core.pager",
  "diff.external",
  "diff.x.textconv",
  "diff.x.command",
  "filter.x.clean",
  "filter.x.process",
  "merge.x.driver",
  "credential.helper",
  "alias.status",
  "include.path",
  "includeIf.gitdir:/.path",
  "remote.origin.uploadpack",
  "submodule.x.update",
  "core.worktree",
  "extensions.partialClone",
  "gc.recentObjectsHook",
  "a.setting.not.known",
])("by %s, from each place in it", async (key) => {
  git("config", key, key === "core.worktree" ? "../../program" : "./program");
  expect([await look(), await look(join(repository, "sub"))]).toEqual([true, true]);
});

test("by a hook that runs when git only reads, also where hooks are elsewhere", async () => {
  placeHook(join(repository, ".husky"));
  expect(await look()).toBe(false);
  git("config", "core.hooksPath", ".husky");
  expect(await look()).toBe(true);
  git("config", "--unset", "core.hooksPath");
  placeHook(join(repository, ".git/hooks"));
  expect(await look()).toBe(true);
});

test("in what git is led to: a linked folder, a file, the repository of a worktree, a submodule, a bare one", async () => {
  git("worktree", "add", "--quiet", join(root, "tree"));
  git("clone", "--quiet", ".", join(root, "clone"));
  git("submodule", "add", "--quiet", join(root, "clone"), "deep/module");
  const evil = join(root, "evil");
  git("clone", "--quiet", "--bare", ".", evil);
  execFileSync("git", ["config", "core.pager", "./program"], { cwd: evil });
  expect(await look(evil)).toBe(true);
  mkdirSync(join(root, "led"));
  writeFileSync(join(root, "led/.git"), "gitdir: ../evil\n");
  expect(await look(join(root, "led"))).toBe(true);
  mkdirSync(join(root, "linked"));
  symlinkSync(evil, join(root, "linked/.git"));
  expect(await look(join(root, "linked"))).toBe(true);
  expect([await look(), await look(join(root, "tree"))]).toEqual([false, false]);
  execFileSync("git", ["config", "core.pager", "./program"], { cwd: join(repository, "deep/module") });
  expect([await look(), await look(join(root, "tree")), await look(join(repository, "deep/module"))]).toEqual(
    [true, true, true],
  );
});

test("a configuration that git cannot read fails", async () => {
  renameSync(join(repository, ".git/config"), join(repository, ".git/was"));
  writeFileSync(join(repository, ".git/config"), "[core\n");
  await expect(look()).rejects.toThrow();
});

function placeHook(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "post-index-change"), "", { mode: 0o755 });
}

import { execFileSync } from "node:child_process";
import { appendFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CONTROL, SECRET } from "./outside-forms.ts";

/** A folder to work in, and commands in it. */
export interface PlantedRepository {
  readonly name: string;
  readonly folder: string;
  /** Each would tell what lies outside. */
  readonly forms: readonly string[];
  /** These run unasked and print what lies inside. */
  readonly inside: readonly string[];
}

const git = (folder: string, ...args: string[]) =>
  execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();

async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** A repository with one commit, and something that is not committed. */
async function plant(folder: string, word: string): Promise<void> {
  await write(folder, { "a.txt": `${word} committed\n` });
  git(folder, "init", "-q");
  git(folder, "add", ".");
  git(folder, "commit", "-qm", `First ${word}`);
  await appendFile(join(folder, "a.txt"), `${word} changed\n`);
}

const EVERYDAY = [
  "git status --short",
  "git diff",
  "git diff HEAD",
  "git log -p -1",
  "git show HEAD",
  "git show HEAD:a.txt",
  "git blame a.txt",
  "git grep -n control",
  "git log --oneline --all",
];

/** Repositories whose git commands lead to a folder beside them, which holds the secret; and ordinary ones. */
export async function plantRepositories(root: string): Promise<readonly PlantedRepository[]> {
  const outside = join(root, "outside");
  await plant(outside, SECRET);
  const at = (name: string) => join(root, name);
  const head = git(outside, "rev-parse", "HEAD");

  await plant(at("plain"), CONTROL);

  await plant(at("led"), CONTROL);
  await writeFile(join(outside, "b.txt"), `${SECRET}\n`);
  git(at("led"), "config", "core.worktree", "../../outside");

  await plant(at("lent"), CONTROL);
  await write(at("lent"), { ".git/objects/info/alternates": `${outside}/.git/objects\n` });

  await plant(at("linked"), CONTROL);
  await write(outside, { "merge/done": `pick ${SECRET}\n`, "merge/git-rebase-todo": "", "merge/onto": head });
  await symlink("../../outside/merge", join(at("linked"), ".git", "rebase-merge"));

  await write(at("pointed"), { ".git": `gitdir: ${outside}/.git\n`, "a.txt": `${CONTROL}\n` });

  await plant(at("common"), CONTROL);
  await write(at("common"), { ".git/commondir": `${outside}/.git\n` });

  // The operator's own: git's data lies elsewhere, and says that this folder is its worktree.
  await plant(at("main"), CONTROL);
  git(at("main"), "worktree", "add", "-q", at("tree"));
  await appendFile(join(at("tree"), "a.txt"), `${CONTROL} changed\n`);

  const part = join(at("mono"), "packages", "part");
  await write(at("mono"), { "other/b.txt": `${SECRET} committed\n`, "packages/part/a.txt": `${CONTROL}\n` });
  await plant(at("mono"), SECRET);
  await appendFile(join(at("mono"), "other", "b.txt"), `${SECRET} changed\n`);
  await appendFile(join(part, "a.txt"), `${CONTROL} changed\n`);
  const tree = git(at("mono"), "rev-parse", "HEAD:other");
  // Git takes no notice of it, and goes on upwards.
  await mkdir(join(part, "hollow", ".git", "objects"), { recursive: true });
  await mkdir(join(part, "hollow", ".git", "refs"));
  await write(part, { "hollow/.git/HEAD": "nothing\n", "hollow/a.txt": `${CONTROL}\n` });

  const LIMITED = [
    "git diff -- .",
    "git diff HEAD -- a.txt",
    "git log -p -1 -- .",
    "git blame a.txt",
    "git grep -n control",
    "git status --short -- . && cat a.txt",
    "git ls-files && cat a.txt",
    "git rev-parse HEAD && cat a.txt",
  ];
  const AROUND = [
    ...EVERYDAY.filter((form) => !/^git (?:blame|grep)/.test(form)),
    "git show HEAD:other/b.txt",
    "git cat-file -p HEAD:other/b.txt",
    `git show ${tree}`,
    "git diff -- :/",
    "git diff -- ':(top)'",
    "git diff -- . :/other",
    "git diff -- ':!a.txt'",
    "git diff -- ../../other",
    "git diff -- '../../o*'",
    "git diff HEAD -- ../../../mono/other",
    "git diff -S -- HEAD",
    "git log -p --grep -- HEAD",
    "git status -v -- .",
    "git status -sv -- .",
    "git log -1 --full-diff -p -- a.txt",
    "git show -- .",
    "git log",
    "git shortlog HEAD",
    "git reflog",
    "git stash list",
    "git branch -v",
    "git for-each-ref --format='%(subject)'",
    "git tag -l -n",
    "git grep planted HEAD -- :/",
    "git grep planted -- ../../other",
    "git grep planted -- '../../*'",
    "git ls-files -s :/ && git cat-file -p HEAD:a.txt",
    "git blame ../../other/b.txt",
    "git blame -- ../../other/b.txt",
    "git rev-list --pretty=%s HEAD",
    "git diff HEAD:other HEAD:packages",
    "cd ../.. && git diff",
  ];
  return [
    { name: "an ordinary repository", folder: at("plain"), forms: [], inside: EVERYDAY },
    {
      name: "a work tree elsewhere",
      folder: at("led"),
      forms: [
        "git diff",
        "git diff HEAD",
        "git status -v -v",
        "git blame a.txt",
        "git grep planted",
        "git ls-files -o",
      ],
      inside: ["cat a.txt"],
    },
    {
      name: "another repository's objects",
      folder: at("lent"),
      forms: [`git cat-file -p ${head}`, `git show ${head}`, `git log -p ${head}`],
      inside: ["cat a.txt"],
    },
    {
      name: "links in git's data",
      folder: at("linked"),
      forms: ["git status", "git status --long"],
      inside: ["cat a.txt"],
    },
    { name: "a file that points elsewhere", folder: at("pointed"), forms: EVERYDAY, inside: ["cat a.txt"] },
    { name: "another repository's references", folder: at("common"), forms: EVERYDAY, inside: ["cat a.txt"] },
    { name: "a worktree of the operator's", folder: at("tree"), forms: [], inside: EVERYDAY },
    { name: "a part of a repository", folder: part, forms: AROUND, inside: LIMITED },
    {
      name: "a folder that is no repository after all",
      folder: join(part, "hollow"),
      forms: ["git diff", "git show HEAD", "git log -p -1"],
      inside: ["cat a.txt"],
    },
  ];
}

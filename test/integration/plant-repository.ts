import { execFileSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { PlantedFolder } from "./plant-settings.ts";

const HOOKS = ["post-checkout", "post-index-change", "pre-commit", "reference-transaction"];

/** Makes a folder a git repository whose own configuration names programs; each leaves a mark when git runs it. */
export async function plantRepository({ root, marks }: Pick<PlantedFolder, "root" | "marks">): Promise<void> {
  const script = async (path: string, name: string) => {
    await writeFile(path, `#!/bin/sh\ntouch '${join(marks, `git-${name}`)}'\ncat\n`);
    await chmod(path, 0o755);
    return path;
  };
  const programs = join(root, "programs");
  await mkdir(programs, { recursive: true });
  await writeFile(join(root, ".gitattributes"), "*.txt filter=planted diff=planted\n");
  await writeFile(join(root, "tracked.txt"), "Nothing.\n");
  git(root, "init", "--quiet");
  git(root, "add", "CLAUDE.md", ".gitattributes", "tracked.txt");
  git(root, "commit", "--quiet", "--message", "First");
  // A whole repository among the files, as a clone can bring it along.
  git(root, "clone", "--quiet", "--bare", root, join(root, "bare"));
  for (const [folder, of] of [
    [root, "own"],
    [join(root, "bare"), "bare"],
  ] as const) {
    const program = (name: string) => script(join(programs, `${of}-${name}`), `${of}-${name}`);
    if (of === "bare") {
      git(folder, "config", "core.bare", "false");
      git(folder, "config", "core.worktree", root);
    }
    git(folder, "config", "core.fsmonitor", await program("fsmonitor"));
    git(folder, "config", "core.pager", await program("pager"));
    git(folder, "config", "core.sshCommand", await program("ssh"));
    git(folder, "config", "filter.planted.clean", await program("clean"));
    git(folder, "config", "filter.planted.smudge", await program("smudge"));
    git(folder, "config", "diff.planted.textconv", await program("textconv"));
    git(folder, "config", "diff.planted.command", await program("diff"));
  }
  for (const hook of HOOKS) await script(join(root, ".git/hooks", hook), `hook-${hook}`);
  await writeFile(join(root, "tracked.txt"), "Something.\n");
}

function git(cwd: string, ...args: string[]): void {
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd, stdio: "ignore" });
}

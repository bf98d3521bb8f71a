import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { type Check, fail, type Finding, ok, warn } from "./check.ts";

const TIMEOUT_MS = 5_000;

/** Needed where conversations work in git worktrees, and useful to Claude everywhere else. */
export const checkGit: Check = {
  name: "git",
  async run({ resolved, context }) {
    const { environment } = context;
    const profiles = Object.values(resolved.config.profiles);
    const inWorktrees = profiles.filter(({ isolation }) => isolation === "worktree");
    const git = (args: readonly string[], cwd?: string) =>
      promisify(execFile)("git", args, { timeout: TIMEOUT_MS, env: { ...environment }, cwd });
    try {
      const { stdout } = await git(["--version"]);
      const findings: Finding[] = [ok(stdout.trim())];
      for (const { name, workspace } of inWorktrees) {
        const isRepository = await git(["rev-parse", "--git-dir"], workspace).then(
          () => true,
          () => false,
        );
        if (isRepository) continue;
        const message = `profiles.${name}.isolation is 'worktree', but ${workspace} is not in a git repository.`;
        findings.push(fail(message, "Run `git init` and commit there, or set isolation to 'copy'."));
      }
      return findings;
    } catch {
      const names = inWorktrees.map(({ name }) => `profiles.${name}.isolation`).join(", ");
      return names === ""
        ? [warn("git is not installed; Claude Code works better with it.", "Install git.")]
        : [fail(`git is not installed, and ${names} needs it.`, "Install git, or set isolation to 'copy'.")];
    }
  },
};

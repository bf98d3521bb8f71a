import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { ConversationId } from "../../src/core/words/ids.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { Profile } from "../../src/core/words/profile.ts";
import {
  LocalWorkspaceFolders,
  type LocalWorkspaceFoldersParts,
} from "../../src/workspaces/local-workspace-folders.ts";

export const NEVER = new AbortController().signal;

export function conversation(name: string): ConversationId {
  // Proof for the cast: no other conversations exist in these tests.
  return `conv_${name}` as ConversationId;
}

/** A folder for one test with a workspace in it, and the folders over it. */
export class FolderBed implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-folders-")));
  readonly workspace = join(this.root, "work");
  readonly isolationRoot = join(this.root, "data", "workspaces");

  constructor() {
    mkdirSync(this.workspace);
  }

  folders(parts: Partial<LocalWorkspaceFoldersParts> = {}): LocalWorkspaceFolders {
    return new LocalWorkspaceFolders({
      allowedFolders: [],
      isolationRoot: this.isolationRoot,
      environment: process.env,
      logger: SILENT_LOGGER,
      ...parts,
    });
  }

  profile(parts: Partial<Profile> = {}): Profile {
    return {
      name: "agent",
      engine: "sdk",
      systemPrompt: "claude-code",
      instructions: "",
      builtinTools: "on",
      permissionMode: "default",
      allowedTools: [],
      disallowedTools: [],
      settingSources: [],
      activity: "shown",
      workspace: this.workspace,
      additionalDirectories: [],
      isolation: "none",
      sandbox: "off",
      mcpServers: {},
      agents: {},
      environment: {},
      ...parts,
    };
  }

  write(path: string, content: string, root = this.workspace): string {
    const absolute = join(root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
    return absolute;
  }

  git(...args: readonly string[]): string {
    return git(this.workspace, ...args);
  }

  /** A repository with all that is there committed. */
  commit(): void {
    this.git("init", "--quiet");
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "first");
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function git(folder: string, ...args: readonly string[]): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "gc.auto=0"];
  return execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
}

export function read(...path: readonly string[]): string {
  return readFileSync(join(...path), "utf8");
}

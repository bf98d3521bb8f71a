import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { quoteForShell } from "../../../src/cli/quote-for-shell.ts";
import type { ScriptedModel } from "../../../src/demo/scripted-model.ts";
import { findClaude } from "../../../src/engines/sdk/find-claude.ts";
import { delay } from "../../../src/lib/time.ts";

const PATIENCE_MS = 150_000;

export interface ClaudeSessionOptions {
  /** Also HOME, and what holds Claude Code's own files. */
  readonly folder: string;
  readonly project: string;
  readonly upstream: ScriptedModel;
  /** As `turnpike channel install` prints it: a line for a shell that starts with `claude` or ends in it. */
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A Claude Code that a person has started on a terminal, without the dialogs of a first start. */
export class ClaudeSession {
  raw = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "exit");
    child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      this.raw += piece;
    });
  }

  static async start(options: ClaudeSessionOptions): Promise<ClaudeSession> {
    const { folder, project, upstream, command, environment } = options;
    const config = join(folder, "claude");
    await mkdir(config, { recursive: true });
    const key = "sk-ant-test-00000000000000000001";
    const settings = {
      hasCompletedOnboarding: true,
      customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
      projects: { [project]: { hasTrustDialogAccepted: true } },
    };
    await writeFile(join(config, ".claude.json"), JSON.stringify(settings));
    const { path } = await findClaude(undefined, { PATH: process.env["PATH"] ?? "" });
    const line = command.replace(/\bclaude(?= --)/, quoteForShell(path));
    const child = spawn("script", ["-qefc", `stty cols 120 rows 40; ${line}`, "/dev/null"], {
      cwd: project,
      env: {
        PATH: process.env["PATH"],
        TERM: "xterm-256color",
        SHELL: "/bin/sh",
        LANG: "C.UTF-8",
        HOME: folder,
        CLAUDE_CONFIG_DIR: config,
        ANTHROPIC_BASE_URL: upstream.url,
        ANTHROPIC_API_KEY: key,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
        ...environment,
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    return new ClaudeSession(child);
  }

  get screen(): string {
    return stripVTControlCharacters(this.raw);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What a person types, with Enter behind it. */
  async submit(text: string): Promise<void> {
    this.#child.stdin?.write(text);
    // Claude Code takes what comes in one piece as pasted, and an Enter in it as a line break.
    await delay(150);
    this.#child.stdin?.write("\r");
  }

  press(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  async untilShows(pattern: RegExp): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!pattern.test(this.screen.replaceAll(/\s+/g, " "))) {
      if (!this.isRunning) throw new Error(`It ended without showing ${pattern}: ${this.screen}`);
      if (performance.now() > deadline)
        throw new Error(`It does not show ${pattern}: ${this.screen.slice(-3000)}`);
      await delay(20);
    }
  }

  /** The id of Claude Code's own process. */
  async processId(): Promise<number> {
    const { pid } = this.#child;
    // `script` has a shell, which has been replaced by or is the parent of Claude Code.
    let current = pid ?? 0;
    for (;;) {
      const text = await readFile(`/proc/${current}/task/${current}/children`, "utf8").catch(() => "");
      const name = (await readFile(`/proc/${current}/comm`, "utf8").catch(() => "")).trim();
      if (name === "claude") return current;
      const [child] = text.trim().split(" ");
      if (!child) throw new Error("Claude Code does not run.");
      current = Number(child);
    }
  }

  /** Ends it as if its terminal were closed. */
  async close(): Promise<void> {
    if (this.isRunning) this.#child.kill("SIGHUP");
    await Promise.race([this.#ended, delay(5_000)]);
    if (this.isRunning) this.#child.kill("SIGKILL");
    await this.#ended;
  }

  get ended(): Promise<unknown> {
    return this.#ended;
  }
}

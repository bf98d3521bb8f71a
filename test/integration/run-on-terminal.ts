import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { onTestFinished } from "vitest";

import { quoteForShell } from "../../src/cli/quote-for-shell.ts";
import type { ScriptedModel } from "../../src/demo/scripted-model.ts";
import { delay } from "../../src/lib/time.ts";
import { API_KEY } from "./start-turnpike.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "bin", "turnpike.cjs");
const NODE = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");

/** The program of util-linux, which runs another one on a terminal of its own. */
export const canOpenTerminal =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true;

export interface TerminalOptions {
  /** Also HOME. */
  readonly folder: string;
  /** Default: a folder in it. */
  readonly workspace?: string;
  readonly upstream?: ScriptedModel;
  readonly environment?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 50_000;

/** `turnpike` on a terminal of 80 columns and 24 rows, as a person has it. */
export class TerminalTurnpike {
  /** All that has reached the terminal. */
  raw = "";
  /** Milliseconds from the start until the first character. */
  firstOutputMs: number | undefined;
  readonly #child;
  readonly #ended: Promise<unknown>;

  constructor(args: readonly string[], options: TerminalOptions) {
    const { folder, workspace = join(folder, "workspace"), upstream, environment } = options;
    mkdirSync(workspace, { recursive: true });
    const command = [NODE, LAUNCHER, ...args].map(quoteForShell).join(" ");
    const startedAt = performance.now();
    this.#child = spawn("script", ["-qefc", `stty cols 80 rows 24; exec ${command}`, "/dev/null"], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        TERM: "xterm-256color",
        SHELL: "/bin/sh",
        LANG: "C.UTF-8",
        HOME: folder,
        CLAUDE_CONFIG_DIR: join(folder, "claude"),
        TURNPIKE_DATA_DIR: join(folder, "data"),
        TURNPIKE_WORKSPACE: workspace,
        TURNPIKE_PORT: "0",
        ...(upstream && { ANTHROPIC_BASE_URL: upstream.url, ANTHROPIC_API_KEY: "sk-ant-test-secret" }),
        ...environment,
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#ended = once(this.#child, "exit");
    this.#child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      this.firstOutputMs ??= performance.now() - startedAt;
      this.raw += piece;
    });
    onTestFinished(() => this.stop());
  }

  /** As a person sees it: without colours, and without what was written over. */
  get screen(): string {
    return stripVTControlCharacters(this.raw)
      .split(/\r*\n/)
      .map((line) => line.slice(line.lastIndexOf("\r") + 1))
      .join("\n");
  }

  get url(): string {
    return /Base URL +(http:\S+)\/v1/.exec(this.screen)?.[1] ?? "";
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async untilShows(pattern: RegExp): Promise<RegExpExecArray> {
    const startedAt = performance.now();
    for (;;) {
      const found = pattern.exec(this.screen);
      if (found) return found;
      if (this.#child.exitCode !== null)
        throw new Error(`It ended without showing ${pattern}: ${this.screen}`);
      if (performance.now() - startedAt > PATIENCE_MS)
        throw new Error(`It does not show ${pattern}: ${this.screen}`);
      await delay(10);
    }
  }

  ask(body: object, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  }

  /** As by Ctrl-C. Resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.stdin.writable) this.#child.stdin.write("\u0003");
    await this.#ended;
  }
}

/** A server on a terminal that is ready to answer with what is scripted. */
export async function serveOnTerminal(
  options: TerminalOptions,
  args: readonly string[] = [],
): Promise<TerminalTurnpike> {
  const environment = { TURNPIKE_API_KEY: API_KEY, ...options.environment };
  const server = new TerminalTurnpike(args, { ...options, environment });
  await server.untilShows(/Claude Code is ready/);
  return server;
}

/** What the terminal was sent that it obeys, other than line ends, styles and the bell. */
export function obeyed(raw: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex
  const rest = raw.replace(/\u001b\[[\d;]*m|[\r\n\u0007]/g, "");
  return rest.match(/[\p{C}\p{Zl}\p{Zp}]/gu) ?? [];
}

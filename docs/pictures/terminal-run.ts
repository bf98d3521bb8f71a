import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { quoteForShell } from "../../src/cli/quote-for-shell.ts";
import { delay } from "../../src/lib/time.ts";
import { type ScreenLine, readScreen } from "./read-screen.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "bin", "turnpike.cjs");
const PATIENCE_MS = 90_000;

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Default 80. */
  readonly columns?: number;
}

/** `turnpike` on a terminal, by the program `script` of util-linux. */
export class TerminalRun {
  #raw = "";
  readonly #columns;
  readonly #child;
  readonly #ended: Promise<unknown>;

  constructor(
    args: readonly string[],
    { folder, project }: { readonly folder: string; readonly project: string },
    { environment, columns = 80 }: RunOptions,
  ) {
    this.#columns = columns;
    const command = [process.execPath, LAUNCHER, ...args].map(quoteForShell).join(" ");
    this.#child = spawn("script", ["-qefc", `stty cols ${columns} rows 60; exec ${command}`, "/dev/null"], {
      cwd: project,
      env: {
        PATH: process.env["PATH"],
        TERM: "xterm-256color",
        SHELL: "/bin/sh",
        LANG: "C.UTF-8",
        HOME: folder,
        TURNPIKE_PORT: "0",
        ...environment,
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#ended = once(this.#child, "exit");
    this.#child.stdout.setEncoding("utf8").on("data", (piece: string) => (this.#raw += piece));
  }

  get lines(): readonly ScreenLine[] {
    return readScreen(this.#raw, this.#columns);
  }

  get text(): string {
    return this.lines.map((line) => line.map(({ text }) => text).join("")).join("\n");
  }

  async untilShows(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = pattern.exec(this.text);
      if (found) return found;
      if (this.#child.exitCode !== null || performance.now() > deadline)
        throw new Error(`It does not show ${pattern}: ${this.text}`);
      await delay(20);
    }
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async untilEnded(): Promise<void> {
    await this.#ended;
  }

  /** As by Ctrl-C. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.stdin.write("\u0003");
    await this.#ended;
  }
}

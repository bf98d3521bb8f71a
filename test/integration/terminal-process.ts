import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { quoteForShell } from "../../src/cli/quote-for-shell.ts";
import { delay } from "../../src/lib/time.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "bin", "turnpike.cjs");

export interface TerminalPlace {
  /** The Node that runs it. */
  readonly node: string;
  /** Where it is run. */
  readonly cwd: string;
  /** Its HOME. */
  readonly home: string;
  readonly columns: number;
  readonly rows: number;
  /** Variables besides those that a terminal has. */
  readonly environment: Readonly<Record<string, string>> | undefined;
  /** What becomes of the errors of `script` itself. */
  readonly stderr: "inherit" | "ignore";
  /** How long something may take to be shown. */
  readonly patienceMs: number;
}

/** `turnpike` on a terminal of its own, by the program `script` of util-linux. */
export abstract class TerminalProcess {
  /** All that has reached the terminal. */
  raw = "";
  /** Milliseconds from the start until the first character. */
  firstOutputMs: number | undefined;
  readonly #child;
  readonly #ended: Promise<unknown>;
  readonly #patienceMs: number;

  constructor(args: readonly string[], place: TerminalPlace) {
    const { node, cwd, home, columns, rows, environment, stderr, patienceMs } = place;
    this.#patienceMs = patienceMs;
    const command = [node, LAUNCHER, ...args].map(quoteForShell).join(" ");
    const startedAt = performance.now();
    const sized = `stty cols ${columns} rows ${rows}; exec ${command}`;
    this.#child = spawn("script", ["-qefc", sized, "/dev/null"], {
      cwd,
      env: {
        PATH: process.env["PATH"],
        TERM: "xterm-256color",
        SHELL: "/bin/sh",
        LANG: "C.UTF-8",
        HOME: home,
        TURNPIKE_PORT: "0",
        ...environment,
      },
      stdio: ["pipe", "pipe", stderr],
    });
    this.#ended = once(this.#child, "exit");
    this.#child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      this.firstOutputMs ??= performance.now() - startedAt;
      this.raw += piece;
    });
  }

  /** What a person sees. */
  abstract get screen(): string;

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
      if (performance.now() - startedAt > this.#patienceMs)
        throw new Error(`It does not show ${pattern}: ${this.screen}`);
      await delay(10);
    }
  }

  async untilEnded(): Promise<void> {
    await this.#ended;
  }

  /** As by Ctrl-C. Resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.stdin.writable) this.#child.stdin.write("\u0003");
    await this.#ended;
  }
}

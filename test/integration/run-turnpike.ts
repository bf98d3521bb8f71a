import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished } from "vitest";

import type { ScriptedModel } from "../../src/demo/scripted-model.ts";
import { delay } from "../../src/lib/time.ts";
import { TEST_ENGINE_VARIABLES } from "../engine/test-engine.ts";
import { API_KEY } from "./start-turnpike.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const LAUNCHER = join(ROOT, "bin", "turnpike.cjs");
/** The Node that runs the scripts, whatever the machine's own is. */

export interface RunOptions {
  /** Also HOME; the workspace lies in it. The tests find the server's processes by it. */
  readonly folder: string;
  /** Where Claude Code gets its answers; without one it has no credentials. */
  readonly upstream?: ScriptedModel;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ServeOptions extends RunOptions {
  /** Started processes for new conversations, for each kind of profile; default 0. */
  readonly spares?: number;
}

export interface Finished {
  readonly code: number | null;
  readonly signal: string | null;
}

/** `turnpike` as a process of its own. */
export interface TurnpikeProcess {
  readonly processId: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly finished: Promise<Finished>;
  kill(signal: NodeJS.Signals): void;
  /** Nobody reads its output any more, as when its terminal is closed. */
  hangUp(): void;
  /** Resolves when its output says so; rejects when it ends before. */
  untilSays(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts the program with these arguments; what is left of it when the test ends is killed. */
export function runTurnpike(
  args: readonly string[],
  options: RunOptions,
  node = process.execPath,
): TurnpikeProcess {
  const { folder, upstream, environment = {} } = options;
  const workspace = join(folder, "workspace");
  mkdirSync(workspace, { recursive: true });
  const child = spawn(node, [LAUNCHER, ...args, ...(options.flags ?? [])], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      // Claude Code takes zsh where there is one and nothing says otherwise.
      SHELL: "/bin/bash",
      HOME: folder,
      CLAUDE_CONFIG_DIR: join(folder, "claude"),
      TURNPIKE_DATA_DIR: join(folder, "data"),
      TURNPIKE_WORKSPACE: workspace,
      ...TEST_ENGINE_VARIABLES,
      ...(upstream && { ANTHROPIC_BASE_URL: upstream.url, ANTHROPIC_API_KEY: "sk-ant-test-secret" }),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collectOutput(child);
  const finished = once(child, "exit").then(([code, signal]): Finished => ({ code, signal }));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await finished;
    // In demo mode the scripted model is in that process.
    expect(output.stdout + output.stderr).not.toContain("demo.refused");
  });
  return {
    processId: child.pid ?? 0,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    finished,
    kill: (signal) => void child.kill(signal),
    hangUp() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    async untilSays(pattern) {
      for (;;) {
        const found = pattern.exec(output.stdout + output.stderr);
        if (found) return found;
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`It ended without saying ${pattern}: ${output.stdout}${output.stderr}`);
        }
        await delay(10);
      }
    },
  };
}

export interface ServingTurnpike extends TurnpikeProcess {
  readonly url: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  ask(body: object, headers?: Record<string, string>): Promise<Response>;
}

/** A server that is ready to answer, on a free port and with the tests' key. */
export async function serveTurnpike({ spares = 0, ...options }: ServeOptions): Promise<ServingTurnpike> {
  const environment = {
    TURNPIKE_PORT: "0",
    TURNPIKE_API_KEY: API_KEY,
    TURNPIKE_MAX_SPARES: String(spares),
    ...options.environment,
  };
  const running = runTurnpike([], { ...options, environment });
  const [, url = ""] = await running.untilSays(/Base URL +(http:\S+)\/v1/);
  await running.untilSays(/Claude Code is ready/);
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${API_KEY}`, ...init.headers } });
  return Object.defineProperties(
    {
      url,
      fetch: request,
      ask: (body: object, headers: Record<string, string> = {}) =>
        request("/v1/chat/completions", {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
        }),
    },
    Object.getOwnPropertyDescriptors(running),
  ) as ServingTurnpike;
}

function collectOutput(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (piece: string) => {
      output[name] += piece;
    });
  }
  return output;
}

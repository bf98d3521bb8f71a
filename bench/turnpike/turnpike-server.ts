import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { CleanUp } from "../../src/lib/clean-up.ts";
import { endProcess } from "../measure/end-process.ts";

/** Of what the server prints. */
const KEPT_CHARACTERS = 10_000;
const OWN_FOLDER = fileURLToPath(new URL("../../", import.meta.url));

export interface TurnpikeServer {
  readonly url: string;
  readonly apiKey: string;
  readonly processId: number;
}

export interface TurnpikeServerOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Made by the server. */
  readonly dataDir: string;
  readonly workspace: string;
  /** Of the Turnpike that is started. Default: this one. */
  readonly buildFolder?: string;
  /** Default: the Agent SDK. */
  readonly engine?: string;
  /** Default: the Claude Code of its Agent SDK. */
  readonly executable?: string;
}

/** Starts Turnpike as people start it, with its default settings, in a process of its own. */
export async function startTurnpikeServer(
  options: TurnpikeServerOptions,
  cleanUp: CleanUp,
): Promise<TurnpikeServer> {
  const apiKey = "tp-bench-key";
  const { dataDir, workspace, buildFolder = OWN_FOLDER, engine, executable } = options;
  const flags = {
    port: "0",
    "data-dir": dataDir,
    workspace,
    "log-file": join(dataDir, "bench.log"),
    ...(engine !== undefined && { engine }),
    // The name that older builds know too.
    ...(executable !== undefined && { "claude-executable": executable }),
  };
  const child = spawn(
    process.execPath,
    [
      join(buildFolder, "bin/turnpike.cjs"),
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    {
      env: { ...options.environment, TURNPIKE_API_KEY: apiKey },
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C in the terminal is for the bench, which then ends the server in its order.
      detached: true,
    },
  );
  cleanUp.defer(() => endProcess(child));
  let errorOutput = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errorOutput = (errorOutput + text).slice(-KEPT_CHARACTERS);
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`Turnpike ended at its start (exit code ${String(code)}).\n${errorOutput}`);
  });
  // It also ends at the end of the bench, when nobody waits any more.
  failed.catch(() => {});
  const url = await Promise.race([readUrl(child.stdout), failed]);
  return { url, apiKey, processId: child.pid ?? 0 };
}

/** The server's address, from its banner. The rest of what it prints is read and dropped. */
async function readUrl(output: NodeJS.ReadableStream): Promise<string> {
  output.setEncoding("utf8");
  return new Promise((resolve) => {
    let banner = "";
    output.on("data", (text: string) => {
      banner = (banner + text).slice(-KEPT_CHARACTERS);
      const url = /Base URL +(\S+)\/v1/.exec(banner)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

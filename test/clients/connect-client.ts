import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { expect } from "vitest";

import { runProgram, type ProgramEnd } from "./run-program.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "bin", "turnpike.cjs");
/** The Node that runs the scripts, whatever the machine's own is. */
const NODE = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");

export interface ConnectOptions {
  /** Of the server, without `/v1`. */
  readonly url: string;
  /** Kept in the data folder as a server does. */
  readonly apiKey: string;
  /** The person's, and also where the command runs. */
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly onEnd?: (end: () => Promise<void>) => void;
}

/** Runs `turnpike connect` as the person who owns the folder. */
export async function runConnect(args: readonly string[], options: ConnectOptions): Promise<ProgramEnd> {
  const { url, apiKey, home, environment, onEnd } = options;
  const dataDir = join(home, "turnpike-data");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, "api-key"), `${apiKey}\n`, { mode: 0o600 });
  return runProgram(NODE, [LAUNCHER, "connect", ...args, "--url", url], {
    folder: home,
    environment: { HOME: home, TURNPIKE_DATA_DIR: dataDir, ...environment },
    ...(onEnd && { onEnd }),
  });
}

/** What `turnpike connect … --json` tells. */
export interface Connected {
  readonly client: string;
  readonly models: readonly string[];
  readonly server: string;
  readonly files: readonly {
    readonly path: string;
    readonly state: "new" | "changed" | "unchanged";
    readonly written: boolean;
    readonly holdsKey: boolean;
    readonly backup: string | null;
  }[];
  readonly steps: readonly string[];
  readonly start: readonly string[];
  readonly key: string;
}

/** Connects a client with the server, and expects that to succeed. */
export async function connectClient(
  client: string,
  options: ConnectOptions,
  flags: readonly string[] = [],
): Promise<Connected> {
  const end = await runConnect([client, "--yes", "--json", ...flags], options);
  expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
  return JSON.parse(end.stdout);
}

import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import OpenAI from "openai";

import { delay } from "../../../src/lib/time.ts";
import { API_KEY } from "../start-turnpike.ts";

export const LAUNCHER = join(import.meta.dirname, "..", "..", "..", "bin", "turnpike.cjs");
const PATIENCE_MS = 150_000;

/** Where a channel lives: a home, a project, a port. */
export interface ChannelPlace {
  readonly folder: string;
  readonly project: string;
  readonly dataDir: string;
  readonly port: number;
  readonly url: string;
  readonly openai: OpenAI;
  /** For Claude Code, which passes them on, and for commands. */
  readonly environment: Readonly<Record<string, string>>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  post(body: object, headers?: Readonly<Record<string, string>>): Promise<Response>;
  readonly log: () => Promise<string>;
}

export async function makePlace(onEnd: (end: () => Promise<void>) => void): Promise<ChannelPlace> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "turnpike-channel-")));
  onEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const project = join(folder, "project");
  const dataDir = join(folder, "data");
  await mkdir(project);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${API_KEY}`, ...init.headers } });
  return {
    folder,
    project,
    dataDir,
    port,
    url,
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: API_KEY, maxRetries: 0 }),
    environment: {
      TURNPIKE_DATA_DIR: dataDir,
      TURNPIKE_LOG_FILE: join(folder, "log.jsonl"),
      TURNPIKE_LOG_LEVEL: "debug",
      TURNPIKE_APPROVER_KEYS: "tp-approver-key-one",
      // As the program that these names come from has them.
      OPENAI_COMPAT_API_KEY: API_KEY,
      OPENAI_COMPAT_MODEL: "my-session",
    },
    fetch: request,
    post: (body, headers = {}) =>
      request("/v1/chat/completions", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    log: () => readFile(join(folder, "log.jsonl"), "utf8"),
  };
}

/** Runs `turnpike channel install` and returns the command that it prints for a session without the channel itself. */
export function install(place: ChannelPlace, ...args: readonly string[]): string {
  const given = ["channel", "install", "--port", String(place.port), ...args];
  const { stdout, stderr, status } = spawnSync(process.execPath, [LAUNCHER, ...given], {
    cwd: place.project,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: place.folder, ...place.environment },
  });
  const command = /^ {2}((?:cd .* && )?claude .*)$/m.exec(stdout)?.[1];
  if (status !== 0 || command === undefined) throw new Error(`${stdout}${stderr}`);
  return command;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No port.");
  return address.port;
}

/** What `/health/ready` says, as soon as it fits. */
export async function untilHealth(
  { url }: Pick<ChannelPlace, "url">,
  fits: (report: Readonly<Record<string, unknown>>, status: number) => boolean,
): Promise<Readonly<Record<string, unknown>>> {
  const deadline = performance.now() + PATIENCE_MS;
  let last: unknown;
  for (;;) {
    try {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(60_000) });
      // Proof for the cast: the tests of the route check the shape of its answers.
      const report = (await response.json()) as Readonly<Record<string, unknown>>;
      if (fits(report, response.status)) return report;
      last = report;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`It does not get there: ${JSON.stringify(last)}`);
    await delay(30);
  }
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not in time: ${what}`);
    await delay(20);
  }
}

/** Whether something listens on the port. */
export async function isListening({ url }: Pick<ChannelPlace, "url">): Promise<boolean> {
  return fetch(`${url}/health/live`, { signal: AbortSignal.timeout(60_000) }).then(
    () => true,
    () => false,
  );
}

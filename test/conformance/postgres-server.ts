import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { Client } from "pg";

import { delay } from "../../src/lib/time.ts";

/** Where tests can get a Postgres from. */
export type PostgresSource =
  | { readonly type: "url"; readonly url: string }
  | { readonly type: "binaries"; readonly folder: string }
  | { readonly type: "missing"; readonly reason: string };

export interface PostgresServer {
  /** The URL of a new database: an empty one, or a copy of the one at `original`, to which nobody is connected. */
  createDatabase(original?: string): Promise<string>;
  stop(): Promise<void>;
}

/** One of the tests' own. */
export interface PrivatePostgresServer extends PostgresServer {
  /** Ends it as an operator would, in the middle of what it does; its data stays. */
  halt(): Promise<void>;
  /** Starts it again, at the same address. */
  resume(): Promise<void>;
}

/** A server that somebody runs, or the programs to start one. */
export function findPostgres(): PostgresSource {
  const url = process.env["TURNPIKE_TEST_POSTGRES_URL"];
  if (url) return { type: "url", url };
  const folder = binaryFolders().find((candidate) =>
    ["initdb", "postgres"].every((name) => existsSync(join(candidate, name))),
  );
  if (folder) return { type: "binaries", folder };
  return {
    type: "missing",
    reason: "no TURNPIKE_TEST_POSTGRES_URL and no initdb and postgres on this machine",
  };
}

export async function startPostgres(source: PostgresSource): Promise<PostgresServer> {
  switch (source.type) {
    case "url":
      return useRunningServer(source.url);
    case "binaries":
      return startPrivateServer(source.folder);
    case "missing":
      throw new Error(`These tests need Postgres: ${source.reason}`);
  }
}

/** On the PATH, and where Debian and Ubuntu keep them off it. */
function binaryFolders(): string[] {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return [...path, ...versions.map((version) => join(debian, version, "bin"))];
}

/** A cluster of our own in a temporary folder, on a free loopback port, with a password. */
export async function startPrivateServer(folder: string): Promise<PrivatePostgresServer> {
  const user = unprivilegedUser();
  const root = mkdtempSync(join(tmpdir(), "turnpike-postgres-"));
  const passwordFile = join(root, "password");
  const data = join(root, "data");
  writeFileSync(passwordFile, "secret\n");
  if (user) for (const path of [root, passwordFile]) chownSync(path, user.uid, user.gid);

  execFileSync(
    join(folder, "initdb"),
    ["--pgdata", data, "--username", "turnpike", "--pwfile", passwordFile, "--auth", "scram-sha-256"].concat([
      "--encoding",
      "UTF8",
      "--locale",
      "C",
      "--no-sync",
    ]),
    { ...user, cwd: root, stdio: ["ignore", "ignore", "pipe"] },
  );
  const port = await findFreePort();
  const logFile = join(root, "log");
  const url = `postgres://turnpike:secret@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;
  const resume = async () => {
    const log = openSync(logFile, "a");
    child = spawn(
      join(folder, "postgres"),
      ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", "", "-F", "-c", "logging_collector=off"],
      { ...user, cwd: root, stdio: ["ignore", "ignore", log] },
    );
    closeSync(log);
    await waitUntilReady(url, child);
  };
  const stopAtExit = () => child?.kill("SIGQUIT");
  process.once("exit", stopAtExit);

  const stop = async () => {
    process.off("exit", stopAtExit);
    // At once: its data is deleted next.
    if (child) await end(child, "SIGQUIT");
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await resume();
    let count = 0;
    return {
      createDatabase: (original) => createDatabase(url, count++, original),
      stop,
      // Fast: running transactions are rolled back, connections are told and closed.
      halt: async () => void (child && (await end(child, "SIGINT"))),
      resume,
    };
  } catch (error) {
    const said = readFileSync(logFile, "utf8");
    await stop();
    throw new Error(`The Postgres for the tests did not start. It said:\n${said}`, { cause: error });
  }
}

/** Postgres refuses to run as root, where tests in containers often run. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return { uid: postgresId("-u"), gid: postgresId("-g") };
}

function postgresId(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port");
  return address.port;
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = AbortSignal.timeout(120_000);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`postgres ended with code ${child.exitCode}`);
    try {
      await query(url, "select 1");
      return;
    } catch (error) {
      if (deadline.aborted) throw error;
      await delay(50, deadline);
    }
  }
}

async function end(child: ChildProcess, signal: "SIGINT" | "SIGQUIT"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

/** Databases beside those of others, deleted in the end. */
function useRunningServer(url: string): PostgresServer {
  const created: string[] = [];
  return {
    async createDatabase(original) {
      const database = await createDatabase(url, created.length, original);
      created.push(database);
      return database;
    },
    async stop() {
      for (const database of created) {
        await query(url, `drop database ${nameOf(database)} with (force)`);
      }
    },
  };
}

async function createDatabase(serverUrl: string, number: number, original?: string): Promise<string> {
  const name = `turnpike_test_${process.pid}_${number}`;
  const template = original === undefined ? "template1" : nameOf(original);
  const [server] = await query(serverUrl, "show server_version_num");
  // By its files: since Postgres 15 every page is written to the log otherwise, which costs twice as much.
  const strategy = Number(server?.["server_version_num"]) >= 15_00_00 ? " strategy file_copy" : "";
  await query(serverUrl, `create database ${name} template ${template}${strategy}`);
  const database = new URL(serverUrl);
  database.pathname = `/${name}`;
  return database.href;
}

function nameOf(database: string): string {
  return new URL(database).pathname.slice(1);
}

async function query(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  // A server that stops cuts the connection; the query reports its own failure.
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

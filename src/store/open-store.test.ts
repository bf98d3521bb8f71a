import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openStore } from "./open-store.ts";
import type { StoreLocation } from "./database/store-location.ts";

const retention = { content: "keep" } as const;

async function messageOf(location: StoreLocation): Promise<string> {
  const outcome = await openStore({ location, retention }).then(
    () => "opened",
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error(`Expected a failure, got ${String(outcome)}`);
  return outcome.message;
}

describe("a SQLite file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "turnpike-open-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is made with its folder, for its owner only, log files included", async () => {
    const file = join(folder, "new", "data.db");
    const store = await openStore({ location: { type: "sqlite", file }, retention });
    expect(statSync(join(folder, "new")).mode & 0o777).toBe(0o700);
    for (const suffix of ["", "-wal", "-shm"]) expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
    await store.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test("that others could read is closed to them", async () => {
    const file = join(folder, "data.db");
    writeFileSync(file, "", { mode: 0o644 });
    await (await openStore({ location: { type: "sqlite", file }, retention })).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("may be closed twice", async () => {
    const store = await openStore({ location: { type: "sqlite", file: join(folder, "data.db") }, retention });
    await store.close();
    await store.close();
  });

  test("that is something else is refused and left as it is", async () => {
    const file = join(folder, "notes.txt");
    writeFileSync(file, "These are my notes, not a database. ".repeat(100));
    expect(await messageOf({ type: "sqlite", file })).toBe(
      `The database file ${file} cannot be used: file is not a database. Check that it is Turnpike's own and that ` +
        "this user may write to it and to its folder, or choose another data folder.",
    );
    expect(statSync(file).size).toBe(3_600);
  });

  test("in a place where no folder can be is refused", async () => {
    writeFileSync(join(folder, "file"), "");
    const file = join(folder, "file", "data.db");
    expect(await messageOf({ type: "sqlite", file })).toContain(`The database file ${file} cannot be used: `);
  });

  test("from a newer version is refused", async () => {
    const file = join(folder, "data.db");
    await (await openStore({ location: { type: "sqlite", file }, retention })).close();
    const sqlite = new DatabaseSync(file);
    sqlite.exec("insert into turnpike_migrations values ('9999-later', '2999-01-01')");
    sqlite.close();
    expect(await messageOf({ type: "sqlite", file })).toContain("written by a newer version of Turnpike");
  });
});

describe("a Postgres URL", () => {
  let server: Server;
  beforeEach(() => {
    // Listens, but is not Postgres.
    server = createServer((socket) => socket.end());
  });
  afterEach(() => server.close());

  test("that points to nothing is refused without its password", async () => {
    const url = "postgres://me:hunter2@127.0.0.1:1/db";
    const message = await messageOf({ type: "postgres", url });
    expect(message).toContain("The Postgres database at 127.0.0.1:1 cannot be used: connect ECONNREFUSED");
    expect(message).not.toContain("hunter2");
  });

  test("that points to something else is refused", async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("A TCP server has a port");
    const url = `postgres://me:hunter2@127.0.0.1:${address.port}/db`;
    expect(await messageOf({ type: "postgres", url })).toContain(
      `The Postgres database at 127.0.0.1:${address.port} cannot be used: Connection terminated`,
    );
  });

  test.each([
    "hunter2",
    "",
    "mysql://me:hunter2@host/db",
    "postgres://me:hunter2@host:port/db",
    "postgres://me:1/hunter2@host/db",
    "postgres://me:hun/ter2@host/db",
  ])("that is malformed is refused without quoting it: %s", async (url) => {
    expect(await messageOf({ type: "postgres", url })).toBe(
      "The database URL is malformed. Expected postgres://user:password@host:5432/database, with special characters in " +
        "the password percent-encoded.",
    );
  });
});

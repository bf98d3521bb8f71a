import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, onTestFinished, test } from "vitest";

import { Checkpoints } from "./checkpoints.ts";
import { PRAGMAS } from "./open-sqlite.ts";
import { waitFor } from "../../../test/wait-for.ts";

const MEGABYTE = "x".repeat(1_000_000);

function openDatabase(): { readonly database: DatabaseSync; readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-checkpoints-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "data.db");
  const database = new DatabaseSync(file);
  database.exec(`${PRAGMAS}; CREATE TABLE texts (text TEXT)`);
  return { database, file };
}

function write(database: DatabaseSync, megabytes: number): void {
  const insert = database.prepare("INSERT INTO texts VALUES (?)");
  for (let count = 0; count < megabytes; count += 1) insert.run(MEGABYTE);
}

test("what is written comes into the file while the database is open, and no commit does it", async () => {
  const { database, file } = openDatabase();
  const checkpoints = new Checkpoints(database, file, 10);
  write(database, 20);
  expect(statSync(file).size).toBeLessThan(1_000_000);
  await waitFor(() => expect(statSync(file).size).toBeGreaterThan(19_000_000));
  // The log begins anew once all of it is there, so it does not grow with all that is ever written.
  await waitFor(() => {
    const length = statSync(`${file}-wal`).size;
    write(database, 1);
    expect(statSync(`${file}-wal`).size).toBe(length);
  });
  await checkpoints.close();
  database.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test("a short log is left to the close, and starts no thread", async () => {
  const { database, file } = openDatabase();
  const checkpoints = new Checkpoints(database, file, 10);
  write(database, 1);
  await checkpoints.close();
  database.close();
  expect(statSync(file).size).toBeGreaterThan(1_000_000);
});

test("where the thread cannot do it, commits do", async () => {
  const { database, file } = openDatabase();
  const checkpoints = new Checkpoints(database, file, 10);
  const autoCheckpoint = () => Object.values(database.prepare("PRAGMA wal_autocheckpoint").get() ?? {});
  expect(autoCheckpoint()).toEqual([0]);
  write(database, 5);
  rmSync(file);
  mkdirSync(file);
  await waitFor(() => expect(autoCheckpoint()).toEqual([1000]));
  await checkpoints.close();
  database.close();
});

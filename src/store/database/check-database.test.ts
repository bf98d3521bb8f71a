import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { tryDatabase } from "./check-database.ts";
import { openStore } from "../open-store.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "turnpike-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("a database that is there answers and stays as it is; one that is not is not made", async () => {
  const file = join(folder, "a file #1.db");
  expect(await tryDatabase({ type: "sqlite", file })).toContain("made at the first start");
  expect(existsSync(file)).toBe(false);

  const store = await openStore({ location: { type: "sqlite", file }, retention: { content: "keep" } });
  await store.close();
  const before = readFileSync(file);
  const names = readdirSync(folder);
  expect(await tryDatabase({ type: "sqlite", file })).toBe(`SQLite, ${file}`);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(folder)).toEqual(names);
});

test("what a killed server has left beside its database does not count as damage", async () => {
  const file = join(folder, "turnpike.db");
  const store = await openStore({ location: { type: "sqlite", file }, retention: { content: "keep" } });
  await store.close();
  // No more of it than this had got into the file.
  writeFileSync(file, readFileSync(file).subarray(0, 8192));
  await expect(tryDatabase({ type: "sqlite", file })).rejects.toThrow("disk image is malformed");
  writeFileSync(`${file}-wal`, "the rest");
  expect(await tryDatabase({ type: "sqlite", file })).toContain("the next start takes in");
});

test("what is no database, or does not answer, is told without the password", async () => {
  const file = join(folder, "turnpike.db");
  writeFileSync(
    file,
    "This is a text, and a rather long one, so that it is no empty database either.".repeat(20),
  );
  await expect(tryDatabase({ type: "sqlite", file })).rejects.toThrow(
    /cannot be used: file is not a database/,
  );

  const url = "postgres://ada:very-secret@127.0.0.1:4/turnpike";
  const error = await tryDatabase({ type: "postgres", url }).catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(
    /The Postgres database at 127\.0\.0\.1:4 cannot be used: connect ECONNREFUSED/,
  );
  expect(String(error)).not.toContain("Try again later");
  expect(String(error)).not.toContain("very-secret");
});

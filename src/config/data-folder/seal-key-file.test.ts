import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { openSealKeyFile } from "./seal-key-file.ts";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "turnpike-seal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("the first start makes a key that later ones find, and only this user can read it", async () => {
  const folder = await makeFolder();
  const key = await openSealKeyFile(folder);
  expect(key).toHaveLength(32);
  expect(await openSealKeyFile(folder)).toEqual(key);
  expect((await stat(join(folder, "seal-key"))).mode & 0o077).toBe(0);
});

test("many starts at once agree on one key", async () => {
  const folder = await makeFolder();
  const keys = await Promise.all(Array.from({ length: 8 }, () => openSealKeyFile(folder)));
  expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(1);
});

test("a file that holds no key is named", async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, "seal-key"), "hello");
  await expect(openSealKeyFile(folder)).rejects.toThrow(/seal-key/);
});

import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { sha256 } from "../../lib/sha256.ts";
import { ConfigError } from "../config-error.ts";
import { openKeyFile } from "./key-file.ts";

let root: string;
let dataDir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "turnpike-"));
  dataDir = join(root, "data");
});
afterEach(() => rm(root, { recursive: true }));

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

test("the first start makes a key that only this user can read, later ones read it", async () => {
  const first = await openKeyFile(dataDir, "api-key");
  expect(first.isNew).toBe(true);
  expect(first.key).toMatch(/^tp-[\w-]{43}$/);
  expect(await readFile(first.file, "utf8")).toBe(`${first.key}\n`);
  expect(await modeOf(first.file)).toBe(0o600);
  expect(await modeOf(dataDir)).toBe(0o700);
  expect(await openKeyFile(dataDir, "api-key")).toEqual({ ...first, isNew: false });
  expect(first.sha256).toBe(sha256(first.key ?? ""));
});

test("of the approver's key no more than its hash is kept, in a file of its own", async () => {
  const { key = "", ...made } = await openKeyFile(dataDir, "approver-key");
  expect(key).toMatch(/^tp-approver-[\w-]{43}$/);
  expect(made).toEqual({
    sha256: sha256(key),
    file: join(dataDir, "approver-key"),
    isNew: true,
    wasTooOpen: false,
  });
  expect(await modeOf(made.file)).toBe(0o600);
  expect(await readFile(made.file, "utf8")).toBe(`sha256:${sha256(key)}\n`);
  expect(await openKeyFile(dataDir, "approver-key")).toEqual({ ...made, isNew: false });
  expect((await openKeyFile(dataDir, "api-key")).isNew).toBe(true);
  await writeFile(made.file, `${key}\n`);
  await expect(openKeyFile(dataDir, "approver-key")).rejects.toThrow(
    /approver key file .* holds no key's hash\. Delete it/,
  );
});

test("starts at the same moment agree on one key", async () => {
  const opened = await Promise.all(Array.from({ length: 8 }, () => openKeyFile(dataDir, "api-key")));
  expect(new Set(opened.map(({ key }) => key)).size).toBe(1);
  expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
});

test("a file that others can read is closed to them, and that is told", async () => {
  const { file } = await openKeyFile(dataDir, "api-key");
  await chmod(file, 0o644);
  expect((await openKeyFile(dataDir, "api-key")).wasTooOpen).toBe(true);
  expect(await modeOf(file)).toBe(0o600);
  expect((await openKeyFile(dataDir, "api-key")).wasTooOpen).toBe(false);
});

test.each(["", "two words\n"])("a file that holds %j is no key", async (content) => {
  const { file } = await openKeyFile(dataDir, "api-key");
  await writeFile(file, content);
  await expect(openKeyFile(dataDir, "api-key")).rejects.toThrow(/holds no key\. Delete it/);
});

test("a data folder that cannot be made is one clear line", async () => {
  await writeFile(dataDir, "a file in its place");
  const error = await openKeyFile(dataDir, "api-key").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toContain(`The data folder ${dataDir} cannot be made or written`);
});

import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openApiKeyFile } from "./api-key-file.ts";
import { ConfigError } from "./config-error.ts";

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
  const first = await openApiKeyFile(dataDir);
  expect(first.isNew).toBe(true);
  expect(first.key).toMatch(/^tp-[\w-]{43}$/);
  expect(await readFile(first.file, "utf8")).toBe(`${first.key}\n`);
  expect(await modeOf(first.file)).toBe(0o600);
  expect(await modeOf(dataDir)).toBe(0o700);
  expect(await openApiKeyFile(dataDir)).toEqual({ ...first, isNew: false });
});

test("starts at the same moment agree on one key", async () => {
  const opened = await Promise.all(Array.from({ length: 8 }, () => openApiKeyFile(dataDir)));
  expect(new Set(opened.map(({ key }) => key)).size).toBe(1);
  expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
});

test("a file that others can read is closed to them, and that is told", async () => {
  const { file } = await openApiKeyFile(dataDir);
  await chmod(file, 0o644);
  expect((await openApiKeyFile(dataDir)).wasTooOpen).toBe(true);
  expect(await modeOf(file)).toBe(0o600);
  expect((await openApiKeyFile(dataDir)).wasTooOpen).toBe(false);
});

test.each(["", "two words\n"])("a file that holds %j is no key", async (content) => {
  const { file } = await openApiKeyFile(dataDir);
  await writeFile(file, content);
  await expect(openApiKeyFile(dataDir)).rejects.toThrow(/holds no key\. Delete it/);
});

test("a data folder that cannot be made is one clear line", async () => {
  await writeFile(dataDir, "a file in its place");
  const error = await openApiKeyFile(dataDir).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toContain(`The data folder ${dataDir} cannot be made or written`);
});

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readIfThere, writeConfigFile } from "./write-config-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const NOW = new Date("2026-11-29T08:00:00.123Z");
const modeOf = (path: string) => statSync(path).mode & 0o777;

test.skipIf(process.platform === "win32")("keeps the mode and a copy, through a symbolic link", async () => {
  const real = join(folder, "dotfiles.json");
  writeFileSync(real, "old");
  chmodSync(real, 0o640);
  const path = join(folder, "settings.json");
  symlinkSync("dotfiles.json", path);
  const backup = await writeConfigFile({ path, before: "old", after: "new", isSecret: false }, NOW);
  expect(readFileSync(real, "utf8")).toBe("new");
  expect(modeOf(real)).toBe(0o640);
  expect(backup).toBe(`${path}.backup-2026-11-29T08-00-00-123Z`);
  expect(readFileSync(backup ?? "", "utf8")).toBe("old");
  expect(modeOf(backup ?? "")).toBe(0o640);
  expect(readdirSync(folder)).toHaveLength(3);
});

test.skipIf(process.platform === "win32")(
  "a secret is for its owner only, in a new file and in an old one",
  async () => {
    const path = join(folder, "deep", "er", ".env");
    await writeConfigFile({ path, before: undefined, after: "KEY=1\n", isSecret: true }, NOW);
    expect(modeOf(path)).toBe(0o600);
    chmodSync(path, 0o644);
    const backup = await writeConfigFile({ path, before: "KEY=1\n", after: "KEY=2\n", isSecret: true }, NOW);
    expect([modeOf(path), modeOf(backup ?? "")]).toEqual([0o600, 0o600]);
    chmodSync(path, 0o644);
    const again = { path, before: "KEY=2\n", after: "KEY=2\n", isSecret: true };
    expect(await writeConfigFile(again, new Date(0))).toBeUndefined();
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(dirname(path))).toHaveLength(2);
  },
);

test.skipIf(process.platform === "win32")("a link that leads nowhere yet, and one in a circle", async () => {
  symlinkSync("later.json", join(folder, "a.json"));
  await writeConfigFile(
    { path: join(folder, "a.json"), before: undefined, after: "x", isSecret: false },
    NOW,
  );
  expect(readFileSync(join(folder, "later.json"), "utf8")).toBe("x");
  symlinkSync("c.json", join(folder, "b.json"));
  symlinkSync("b.json", join(folder, "c.json"));
  const circle = { path: join(folder, "b.json"), before: undefined, after: "x", isSecret: false };
  await expect(writeConfigFile(circle, NOW)).rejects.toThrow("circle");
});

test("what somebody else has written meanwhile stays", async () => {
  const path = join(folder, "a.json");
  writeFileSync(path, "theirs");
  await expect(writeConfigFile({ path, before: "old", after: "new", isSecret: false }, NOW)).rejects.toThrow(
    "changed meanwhile",
  );
  expect(await readIfThere(path)).toBe("theirs");
  expect(readdirSync(folder)).toEqual(["a.json"]);
  expect(await readIfThere(join(folder, "none.json"))).toBeUndefined();
});

test.each([
  ["Latin-1", Buffer.from('name = "Ren\xe9"\n', "latin1")],
  ["UTF-16", Buffer.from("\uFEFF{}", "utf16le")],
])("bytes that are not UTF-8 are not read as something else: %s", async (_name, bytes) => {
  const path = join(folder, "a.toml");
  writeFileSync(path, bytes);
  await expect(readIfThere(path)).rejects.toThrow("not in UTF-8");
  const change = { path, before: "", after: "new", isSecret: false };
  await expect(writeConfigFile(change, NOW)).rejects.toThrow("not in UTF-8");
  expect(readFileSync(path)).toEqual(bytes);
  writeFileSync(path, "\uFEFFok");
  expect(await readIfThere(path)).toBe("\uFEFFok");
});

test.skipIf(process.platform === "win32")(
  "a pipe or a device is neither waited for nor replaced",
  async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const path = join(folder, "settings.json");
    symlinkSync("pipe", path);
    await expect(readIfThere(path)).rejects.toThrow("a device or a pipe");
    const change = { path, before: "", after: "new", isSecret: false };
    await expect(writeConfigFile(change, NOW)).rejects.toThrow("a device or a pipe");
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toHaveLength(2);
  },
);

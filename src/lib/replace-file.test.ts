import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { replaceFile } from "./replace-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string) => join(folder, name);

test.skipIf(process.platform === "win32")("through links, to a file in another folder", async () => {
  mkdirSync(inFolder("dotfiles"));
  writeFileSync(inFolder("dotfiles/real.json"), "old");
  symlinkSync("real.json", inFolder("dotfiles/second.json"));
  symlinkSync("dotfiles/second.json", inFolder("first.json"));
  await replaceFile(inFolder("first.json"), "new", 0o664);
  expect(lstatSync(inFolder("first.json")).isSymbolicLink()).toBe(true);
  expect(lstatSync(inFolder("dotfiles/second.json")).isSymbolicLink()).toBe(true);
  expect(readFileSync(inFolder("dotfiles/real.json"), "utf8")).toBe("new");
  expect(statSync(inFolder("first.json")).mode & 0o777).toBe(0o664);
  expect(readdirSync(folder).toSorted()).toEqual(["dotfiles", "first.json"]);
  expect(readdirSync(inFolder("dotfiles")).toSorted()).toEqual(["real.json", "second.json"]);
});

test.skipIf(process.platform === "win32")("a link that leads nowhere yet makes the file there", async () => {
  symlinkSync("later.json", inFolder("link.json"));
  await replaceFile(inFolder("link.json"), "new");
  expect(readFileSync(inFolder("later.json"), "utf8")).toBe("new");
  expect(lstatSync(inFolder("link.json")).isSymbolicLink()).toBe(true);
});

test("where it cannot be done, nothing is left behind", async () => {
  mkdirSync(inFolder("taken"));
  writeFileSync(inFolder("taken/one"), "");
  await expect(replaceFile(inFolder("taken"), "new")).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(["taken"]);
});

test.skipIf(process.platform === "win32")("an open file is closed", async () => {
  writeFileSync(inFolder("one"), "old");
  chmodSync(inFolder("one"), 0o644);
  await replaceFile(inFolder("one"), "new");
  expect(statSync(inFolder("one")).mode & 0o777).toBe(0o600);
});

test.skipIf(process.platform === "win32")("what is no file stays, also behind a link", async () => {
  execFileSync("mkfifo", [inFolder("pipe")]);
  symlinkSync("pipe", inFolder("link"));
  for (const name of ["pipe", "link"])
    await expect(replaceFile(inFolder(name), "new")).rejects.toThrow("a device or a pipe");
  expect(lstatSync(inFolder("pipe")).isFIFO()).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(["link", "pipe"]);
});

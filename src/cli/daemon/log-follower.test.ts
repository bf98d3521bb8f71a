import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, expect, onTestFinished, test } from "vitest";

import { boundFile } from "../../observability/bound-file.ts";
import { LogFollower } from "./log-follower.ts";

let file: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  file = join(folder, "server.log");
});

test("lines as they come, each when its end is there", () => {
  appendFileSync(file, "one\n");
  const follower = new LogFollower(file);
  expect(follower.read()).toEqual(["one"]);
  appendFileSync(file, "two\nthr");
  expect(follower.read()).toEqual(["two"]);
  appendFileSync(file, Buffer.from("ee é").subarray(0, -1));
  expect(follower.read()).toEqual([]);
  appendFileSync(file, Buffer.from([0xa9, 10]));
  expect(follower.read()).toEqual(["three é"]);
});

test("a file that is moved away is read to its end, also what comes later, and then the next one", () => {
  appendFileSync(file, "seen\n");
  const follower = new LogFollower(file);
  follower.skipTo(5);
  appendFileSync(file, "rest of the old one\n");
  renameSync(file, `${file}.1`);
  expect(follower.read()).toEqual(["rest of the old one"]);
  // The old server ends while the new one begins.
  appendFileSync(file, "new\n");
  appendFileSync(`${file}.1`, "last word\n");
  expect(follower.read()).toEqual(["last word", "new"]);
  appendFileSync(`${file}.1`, "after that");
  const later = Array.from({ length: 40 }, () => follower.read());
  expect(later.flat()).toEqual(["after that"]);
  appendFileSync(file, "newer\n");
  expect(follower.read()).toEqual(["newer"]);
});

test("a file that is not there yet is waited for", () => {
  const follower = new LogFollower(file);
  expect(follower.read()).toEqual([]);
  appendFileSync(file, "one\n");
  expect(follower.read()).toEqual(["one"]);
});

test("a large file begins anew, and who follows it misses nothing", () => {
  const descriptor = openSync(file, "a");
  onTestFinished(() => closeSync(descriptor));
  const one = "1".repeat(50);
  appendFileSync(file, `${one}\n`);
  const follower = new LogFollower(file);
  expect(follower.read()).toEqual([one]);
  boundFile(file, descriptor, 100);
  expect(readFileSync(file, "utf8")).toBe(`${one}\n`);
  appendFileSync(file, `two\n${"3".repeat(100)}\n`);
  boundFile(file, descriptor, 100);
  appendFileSync(file, "four\n");
  expect(readFileSync(`${file}.1`, "utf8")).toBe(`${one}\ntwo\n${"3".repeat(100)}\n`);
  expect(readFileSync(file, "utf8")).toBe("four\n");
  expect(follower.read()).toEqual(["two", "3".repeat(100), "four"]);
});

test.skipIf(process.platform === "win32")(
  "a file that nobody appends to is not begun anew again and again",
  () => {
    const descriptor = openSync(file, "w");
    onTestFinished(() => closeSync(descriptor));
    const large = 64 * 1024;
    writeSync(descriptor, "1".repeat(2 * large));
    boundFile(file, descriptor, large);
    expect(statSync(file).size).toBe(0);
    writeSync(descriptor, "two\n");
    boundFile(file, descriptor, large);
    expect(statSync(`${file}.1`).size).toBe(2 * large);
    expect(readFileSync(file, "utf8")).toMatch(/\0two\n$/);
  },
);

test("a file of another descriptor is left alone", () => {
  writeFileSync(`${file}.other`, "x".repeat(200));
  const descriptor = openSync(`${file}.other`, "a");
  onTestFinished(() => closeSync(descriptor));
  writeFileSync(file, "kept");
  boundFile(file, descriptor, 100);
  expect(readFileSync(file, "utf8")).toBe("kept");
  expect(readFileSync(`${file}.other`, "utf8")).toHaveLength(200);
});

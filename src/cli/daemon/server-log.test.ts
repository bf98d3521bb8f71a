import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { readLastLines } from "./server-log.ts";

test("the last lines, whatever the file's size, from a place on", () => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "server.log");
  expect(readLastLines(file, 3)).toEqual({ lines: [], end: 0 });
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index} ${"é".repeat(40)}`);
  appendFileSync(file, `${lines.join("\n")}\n`);
  expect(readLastLines(file, 3).lines).toEqual(lines.slice(-3));
  expect(readLastLines(file, 4_000).lines).toEqual(lines.slice(-4_000));
  expect(readLastLines(file, 9_999).lines).toEqual(lines);
  expect(readLastLines(file, 0).lines).toEqual([]);
  const { end } = readLastLines(file, 1);
  appendFileSync(file, "one\ntwo without an end");
  expect(readLastLines(file, 10, end).lines).toEqual(["one", "two without an end"]);
});

test("only the lines that are wanted count, however many others stand between", () => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "server.log");
  appendFileSync(file, `{"a":1}\n{"b":2}\n${"banner\n\n".repeat(30_000)}{"c":3}\nready\n\n`);
  expect(readLastLines(file, 1, 0, isWanted).lines).toEqual(['{"c":3}']);
  expect(readLastLines(file, 2, 0, isWanted).lines).toEqual(['{"b":2}', '{"c":3}']);
  expect(readLastLines(file, 9, 0, isWanted).lines).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
  expect(readLastLines(file, 3).lines).toEqual(['{"c":3}', "ready", ""]);
});

function isWanted(line: string): boolean {
  return line.startsWith("{");
}

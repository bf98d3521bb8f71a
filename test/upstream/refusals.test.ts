import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, inject, onTestFinished, test } from "vitest";

import { readTally, type TallyEntry } from "./refusal-tally.ts";
import { expectNoRefusals, startModel, takeRefusals } from "./start-model.ts";

const TESTS = join(import.meta.dirname, "..");

test("every scripted model of the suites counts what it refuses", () => {
  const files = globSync("**/*.ts", { cwd: TESTS, exclude: (path) => path.includes("node_modules") });
  const starters = files.filter((file) =>
    /\bstartScriptedModel\(/.test(readFileSync(join(TESTS, file), "utf8")),
  );
  expect(starters.toSorted()).toEqual(["contract/record-turns.ts", "upstream/start-model.ts"]);
});

test("a refusal fails its test, unless the test takes it as wanted", async () => {
  const model = await startModel();
  onTestFinished(() => model.close());
  const refusedBefore = readTally(inject("refusalTally")).refused;
  for (let count = 0; count < 2; count += 1) {
    const body = JSON.stringify({ model: "claude-opus-5", max_tokens: 5, messages: [] });
    const headers = { "x-api-key": "sk-ant-test", "anthropic-version": "2023-06-01" };
    await fetch(`${model.url}/v1/messages`, { method: "POST", headers, body });
  }
  expect(readTally(inject("refusalTally")).refused - refusedBefore).toBeGreaterThanOrEqual(2);
  expect(takeRefusals(model)).toEqual(Array(2).fill("messages: at least one message is required"));
  expect(() => expectNoRefusals(model)).not.toThrow();
});

test("the sum names each refusal that nobody wanted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "turnpike-tally-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "tally.jsonl");
  expect(readTally(file)).toEqual({ refused: 0, unwanted: [] });
  const entries = [
    entry("refused", "one", "a"),
    entry("wanted", "one", "a"),
    entry("refused", "two", "a"),
    entry("refused", "two", "b"),
    entry("wanted", "three", "c"),
  ];
  await writeFile(file, entries.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const { refused, unwanted } = readTally(file);
  expect(refused).toBe(3);
  expect(unwanted.map(({ test: name, message }) => [name, message])).toEqual([
    ["two", "a"],
    ["two", "b"],
  ]);
});

function entry(kind: TallyEntry["kind"], name: string, message: string): TallyEntry {
  return { kind, file: "f", test: name, message };
}

import { expect, test } from "vitest";

import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { expectLinear } from "../../../../test/expect-linear.ts";
import { uniqueCallIds } from "./unique-call-ids.ts";

function calls(...ids: readonly string[]): TranscriptEntry {
  return {
    role: "assistant",
    content: ids.map((id) => ({ type: "tool_use", id, name: "f", input: {} })),
    model: "m",
  };
}

function results(...ids: readonly string[]): TranscriptEntry {
  return { role: "user", content: ids.map((id) => ({ type: "tool_result", tool_use_id: id, content: "" })) };
}

function idsOf(entries: readonly TranscriptEntry[]): readonly unknown[] {
  return entries.map(({ content }) =>
    typeof content === "string"
      ? content
      : content.map((block) => isRecord(block) && (block["id"] ?? block["tool_use_id"])),
  );
}

test("good ids stay as they are, and so do the entries", () => {
  const words: TranscriptEntry = { role: "user", content: "hello" };
  const entries = [words, calls("toolu_1"), results("toolu_1"), calls("call-2"), results("call-2")];
  const unique = uniqueCallIds(entries);
  expect(unique.every((entry, index) => entry === entries[index])).toBe(true);
});

test("an id that comes again gets another one, and so does its result", () => {
  const round = [calls("0"), results("0")];
  expect(idsOf(uniqueCallIds([...round, ...round, ...round]))).toEqual([
    ["0"],
    ["0"],
    ["0-2"],
    ["0-2"],
    ["0-3"],
    ["0-3"],
  ]);
});

test("an id that looks like a changed one is another one all the same", () => {
  const entries = [calls("0"), results("0"), calls("0"), results("0"), calls("0-2"), results("0-2")];
  const ids = idsOf(uniqueCallIds(entries)).flat();
  expect(new Set(ids).size).toBe(3);
  expect([ids[1], ids[3], ids[5]]).toEqual([ids[0], ids[2], ids[4]]);
});

test("an id that Claude Code would take for a part of another call gets one that it does not, in either order", () => {
  for (const given of [
    ["a", "a_2"],
    ["a_2", "a"],
  ]) {
    const ids = idsOf(uniqueCallIds(given.flatMap((id) => [calls(id), results(id)]))).flat();
    expect(ids.some((id) => String(id).endsWith("_2"))).toBe(false);
    expect(new Set(ids).size).toBe(2);
  }
});

test("two calls of one id in an answer have their results in their order", () => {
  expect(idsOf(uniqueCallIds([calls("0", "0", "1"), results("1", "0", "0")]))).toEqual([
    ["0", "0-2", "1"],
    ["1", "0", "0-2"],
  ]);
});

test("a call that was left without a result takes none from a later call of its id", () => {
  expect(idsOf(uniqueCallIds([calls("0"), calls("0"), results("0")]))).toEqual([["0"], ["0-2"], ["0-2"]]);
});

test("an id that the API would refuse gets one that it takes, always the same", () => {
  const [[first], [second]] = idsOf(uniqueCallIds([calls("f:0"), results("f:0")])) as [[string], [string]];
  expect(first).toMatch(/^call-[0-9a-f]{24}$/);
  expect(second).toBe(first);
  expect(idsOf(uniqueCallIds([calls("f:0")]))).toEqual([[first]]);
  expect(idsOf(uniqueCallIds([calls("")]))).not.toEqual([[""]]);
});

test("calls by the thousand with one id take time in proportion to their number", () => {
  expectLinear((size) => {
    const ids = Array.from({ length: size }, () => "0");
    const rounds = ids.flatMap(() => [calls("1"), results("1")]);
    return () => {
      const unique = idsOf(uniqueCallIds([calls(...ids), results(...ids), ...rounds])).flat();
      expect(unique).toHaveLength(4 * size);
    };
  }, 200);
});

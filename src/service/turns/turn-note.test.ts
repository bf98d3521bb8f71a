import { expect, test } from "vitest";

import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { beginNote } from "./turn-note.ts";

const promptOf = (texts: readonly string[], systemText = "") =>
  beginNote(turnRequest(texts, { systemText }), 0, true).content?.prompt ?? "";

test("what was asked last is kept, however much stands before it", () => {
  const long = "x".repeat(70_000);
  for (const prompt of [
    promptOf([long, "ok", "and now?"]),
    promptOf(["and now?"], long),
    promptOf([...Array.from({ length: 41 }, () => "y".repeat(3_000)), "z", "and now?"]),
  ]) {
    expect(prompt.endsWith("\n\nuser: and now?")).toBe(true);
    expect(prompt.length).toBeLessThan(66_000);
    expect(prompt).toContain("…");
  }
});

test("of one long text the beginning is kept; what is short is whole", () => {
  expect(promptOf([`begin ${"x".repeat(70_000)}`])).toMatch(/^user: begin x+…$/);
  expect(promptOf(["a", "b", "c"], "be short")).toBe(
    "system: be short\n\nuser: a\n\nassistant: b\n\nuser: c",
  );
});

import { expect, test } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { runProgram } from "../turnpike.ts";

test("typed by a person at a terminal, it says who starts it, and ends", async () => {
  const fake = new FakeContext(import.meta.dirname);
  fake.isInteractive = true;
  expect(await runProgram(["channel"], fake.context)).toBe(1);
  expect(fake.errors.join("\n")).toMatch(/Claude Code starts this .* turnpike channel install/);
  expect(fake.printed).toEqual([]);
});

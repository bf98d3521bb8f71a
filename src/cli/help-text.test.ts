import { expect, test } from "vitest";

import { FakeContext } from "../../test/cli/fake-context.ts";
import { SETTINGS } from "../config/schema/config-schema.ts";
import { helpText } from "./help-text.ts";
import { createProgram } from "./program.ts";

const program = createProgram(new FakeContext("/").context, () => {});

test("names every setting with its variable, under a heading", () => {
  const text = helpText(program);
  for (const { flag, environmentNames } of SETTINGS) {
    expect(text).toContain(`    ${flag} `);
    expect(text).toContain(environmentNames[0]);
  }
  expect(text).not.toContain("\n  Other\n");
});

test("names every command with what it does", () => {
  const text = helpText(program);
  for (const usage of ["[serve] [settings]", "config show [settings]", "trust [folder] [--remove]"])
    expect(text).toContain(`\n  turnpike ${usage}  `);
});

test("teaches by example and fits a terminal", () => {
  const text = helpText(program);
  expect(text).toContain("curl http://127.0.0.1:4141/v1/chat/completions");
  expect(text).toContain('OpenAI(base_url="http://127.0.0.1:4141/v1"');
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(112);
});

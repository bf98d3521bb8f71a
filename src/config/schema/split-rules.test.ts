import { expect, test } from "vitest";

import { splitRules } from "./split-rules.ts";

test.each([
  ["Read", ["Read"]],
  [" Read , Bash(git log *) ", ["Read", "Bash(git log *)"]],
  ["Bash(echo a, b),Read", ["Bash(echo a, b)", "Read"]],
  ["Read(./src/(group)/page.tsx),Edit", ["Read(./src/(group)/page.tsx)", "Edit"]],
  [String.raw`Bash(echo \), x),Edit`, [String.raw`Bash(echo \), x)`, "Edit"]],
  ["mcp__crm__*,Read)", ["mcp__crm__*", "Read)"]],
  ["Read,", ["Read", ""]],
])("%j", (text, rules) => {
  expect(splitRules(text)).toEqual(rules);
});

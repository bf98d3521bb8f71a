import { expect, test } from "vitest";

import { claudePaths } from "./claude-paths.ts";

test("its own folder where one is named, else the usual places at home", () => {
  expect(claudePaths({ CLAUDE_CONFIG_DIR: "/etc/claude", HOME: "/home/a" })).toEqual(["/etc/claude"]);
  expect(claudePaths({ CLAUDE_CONFIG_DIR: "", HOME: "/home/a" })).toEqual([
    "/home/a/.claude",
    "/home/a/.claude.json*",
  ]);
  expect(claudePaths({})).toHaveLength(2);
});

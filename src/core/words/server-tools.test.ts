import { expect, test } from "vitest";

import { findMcpTool, needsApproval, type RemoteMcpServer } from "./server-tools.ts";

const SERVER: RemoteMcpServer = {
  label: "dice",
  url: "http://dice/mcp",
  headers: {},
  approval: { type: "never" },
};

test.each([
  ["dice", "mcp__dice__roll", "roll"],
  ["my dice.x", "mcp__my_dice_x__roll", "roll"],
  // Both names may contain the separator.
  ["my__dice", "mcp__my__dice__roll", "roll"],
  ["dice", "mcp__dice__roll__twice", "roll__twice"],
])("a server %s has the tool %s", (label, name, tool) => {
  const server = { ...SERVER, label };
  expect(findMcpTool([{ ...SERVER, label: "other" }, server], name)).toEqual({ server, tool });
});

test("tools of other servers, and of none, are not found", () => {
  expect(findMcpTool([SERVER], "mcp__dicey__roll")).toBeUndefined();
  expect(findMcpTool([SERVER], "Bash")).toBeUndefined();
});

test.each<[RemoteMcpServer["approval"], boolean]>([
  [{ type: "always" }, true],
  [{ type: "never" }, false],
  [{ type: "list", always: ["roll"] }, true],
  [{ type: "list", always: ["look"] }, false],
  [{ type: "all-but", never: ["look"] }, true],
  [{ type: "all-but", never: ["roll"] }, false],
])("approval %j: a call of roll waits: %s", (approval, isNeeded) => {
  expect(needsApproval({ ...SERVER, approval }, "roll")).toBe(isNeeded);
});

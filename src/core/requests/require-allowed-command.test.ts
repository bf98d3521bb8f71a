import { describe, expect, test } from "vitest";

import { requireAllowedCommand } from "./require-allowed-command.ts";

const TURN = {
  bounds: { commands: ["*"] },
  profile: { builtinTools: "on" },
  hasClientTools: false,
  param: "claude.command",
} as const;

describe("a command", () => {
  test.each([
    ["review", "review"],
    ["/review", "review"],
    ["/plugin:skill.v2-b", "plugin:skill.v2-b"],
  ])("%s runs as %s", (sent, name) => {
    expect(requireAllowedCommand(sent, TURN)).toBe(name);
    expect(requireAllowedCommand(sent, { ...TURN, bounds: { commands: ["other", name] } })).toBe(name);
  });

  test.each(["", "/", "//review", "-x", "review now", "a\nb", "a/b", "../x", "é", "x".repeat(65)])(
    "that is no name is refused: %j",
    (sent) => {
      expect(() => requireAllowedCommand(sent, TURN)).toThrow(
        expect.objectContaining({
          info: expect.objectContaining({ kind: "invalid-request", param: "claude.command" }),
        }),
      );
    },
  );

  test("that is not listed is refused, naming the setting", () => {
    for (const commands of [[], ["reviews", "/review"]]) {
      expect(() => requireAllowedCommand("review", { ...TURN, bounds: { commands } })).toThrow(
        "(setting requests.commands)",
      );
    }
  });

  test.each([
    ["off", false],
    ["off", true],
    ["auto", true],
  ] as const)("needs Claude Code's own tools: %s, client tools %s", (builtinTools, hasClientTools) => {
    expect(() =>
      requireAllowedCommand("review", { ...TURN, profile: { builtinTools }, hasClientTools }),
    ).toThrow(
      expect.objectContaining({
        info: expect.objectContaining({ kind: "invalid-request", param: "claude.command" }),
      }),
    );
  });

  test("works where they are on by themselves", () => {
    expect(requireAllowedCommand("review", { ...TURN, profile: { builtinTools: "auto" } })).toBe("review");
    expect(requireAllowedCommand("review", { ...TURN, hasClientTools: true })).toBe("review");
  });
});

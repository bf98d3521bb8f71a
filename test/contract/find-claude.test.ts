import { expect, test } from "vitest";

import { findClaude } from "../../src/engines/sdk/find-claude.ts";

const ENVIRONMENT = { PATH: process.env["PATH"] ?? "" };

test("the Claude Code of the Agent SDK is found and tells its version", async () => {
  const { path, version } = await findClaude(undefined, ENVIRONMENT);
  expect(path).toContain("claude-agent-sdk");
  expect(version).toMatch(/^\d+\.\d+\.\d+ \(Claude Code\)$/);
});

test("another that cannot be started is told", async () => {
  await expect(findClaude("/no/such/claude", ENVIRONMENT)).rejects.toThrow(
    "/no/such/claude cannot be started (ENOENT).",
  );
});

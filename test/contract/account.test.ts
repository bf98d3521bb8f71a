import { describe, expect, test } from "vitest";

import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { SdkEngine, type SdkEngineOptions } from "../../src/engines/sdk/sdk-engine.ts";
import { findProcesses } from "../integration/find-processes.ts";
import { type Claude, NEVER, say, shareClaude } from "./share-claude.ts";

const claude = shareClaude();

/** An engine like the shared one, but with these variables; an empty one is left out. */
function engineWith(
  changes: Readonly<Record<string, string>>,
  options: Partial<SdkEngineOptions> = {},
): SdkEngine {
  const { environment, transcriptFolder } = claude();
  const changed = Object.entries({ ...environment, ...changes }).filter(([, value]) => value !== "");
  return new SdkEngine({
    environment: Object.fromEntries(changed),
    upstreamRetries: 0,
    transcriptFolder,
    clock: Date.now,
    logger: SILENT_LOGGER,
    ...options,
  });
}

/** Ours all have this file's folder in their environment. */
async function expectNoProcess({ folder }: Claude): Promise<void> {
  if (process.platform !== "linux") return;
  await expect.poll(() => findProcesses(folder), { timeout: 5_000 }).toEqual([]);
}

describe("the account", () => {
  test("with an API key is known, with its models, without a request and without a process left", async () => {
    const account = await claude().engine.describeAccount(NEVER);
    expect(account).toMatchObject({ isLoggedIn: true, source: "ANTHROPIC_API_KEY" });
    expect(account.models.map((model) => model.id)).toEqual(
      expect.arrayContaining(["default", "opus", "sonnet", "haiku"]),
    );
    expect(account.models.find((model) => model.id === "sonnet")).toMatchObject({
      resolvedId: expect.stringMatching(/^claude-sonnet-/),
      displayName: expect.stringContaining("Sonnet"),
    });
    expect([claude().model.requests, claude().model.probes]).toEqual([[], []]);
    await expectNoProcess(claude());
  });

  test("without any credentials is not logged in", async () => {
    const engine = engineWith({ ANTHROPIC_API_KEY: "" });
    expect(await engine.describeAccount(NEVER)).toMatchObject({ isLoggedIn: false, source: "none" });
    await engine.close();
  });

  test.each([
    ["ANTHROPIC_AUTH_TOKEN", { ANTHROPIC_AUTH_TOKEN: "token" }],
    ["CLAUDE_CODE_OAUTH_TOKEN", { CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-token" }],
    ["bedrock", { CLAUDE_CODE_USE_BEDROCK: "1", AWS_REGION: "us-east-1" }],
  ])("by %s is logged in", async (source, variables) => {
    const engine = engineWith({ ANTHROPIC_API_KEY: "", ...variables });
    expect(await engine.describeAccount(NEVER)).toMatchObject({ isLoggedIn: true, source });
    await engine.close();
  });
});

describe("a Claude Code that does not start", () => {
  test("is an engine failure, whatever it was started for", async () => {
    const engine = engineWith({}, { executable: "/nonexistent/claude" });
    const failure = { info: { kind: "engine-failed" } };
    await expect(engine.describeAccount(NEVER)).rejects.toMatchObject(failure);
    await expect(engine.startSpare(claude().chat().kind, NEVER)).rejects.toMatchObject(failure);
    const start = { spec: claude().chat(), history: [], firstTurn: say("hello") };
    await expect(engine.startSession(start, NEVER)).rejects.toMatchObject(failure);
    await engine.close();
  });

  test("for want of its workspace says so", async () => {
    const { start, chat } = claude();
    await expect(start(chat({ workspace: "/nonexistent/folder" }))).rejects.toMatchObject({
      info: { kind: "engine-failed", message: expect.stringContaining("workspace") },
    });
  });
});

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { ClaudeEngine, ClaudeEngineOptions } from "../../src/engines/claude/claude-engine.ts";
import { createTestEngine } from "../engine/test-engine.ts";
import { DENYING_SUPERVISOR } from "../engine/turn-input.ts";
import { findProcesses } from "../integration/find-processes.ts";
import { type Claude, NEVER, say, shareClaude, startSpare } from "./share-claude.ts";

const claude = shareClaude();

/** An engine like the shared one, but with these variables; an empty one is left out. */
function engineWith(
  changes: Readonly<Record<string, string>>,
  options: Partial<ClaudeEngineOptions> = {},
): ClaudeEngine {
  const { environment, transcriptFolder } = claude();
  const changed = Object.entries({ ...environment, ...changes }).filter(([, value]) => value !== "");
  return createTestEngine({
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
  await expect.poll(() => findProcesses(folder), { timeout: 60_000 }).toEqual([]);
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

  test("tells what its names stand for, and a process with other variables tells it for itself", async () => {
    const { engine, start, chat, model } = claude();
    await engine.describeAccount(NEVER);
    const base = chat().kind;
    expect(engine.resolveModel("sonnet", base)).toMatch(/^claude-sonnet-/);
    expect(engine.resolveModel("claude-foo-9", base)).toBe("claude-foo-9");
    const kind = { ...base, environment: { ANTHROPIC_DEFAULT_SONNET_MODEL: "claude-sonnet-4-6" } };
    const session = await start(chat({ model: "sonnet", kind }));
    // Its first turn needs to know: an older model takes a temperature, and today's would not.
    for await (const _ of session.runTurn(say("hello", { temperature: 0.3 }), DENYING_SUPERVISOR, NEVER));
    const { body } = await model.waitForRequest(1);
    expect([body.model, body["temperature"]]).toEqual(["claude-sonnet-4-6", 0.3]);
    expect(engine.resolveModel("sonnet", kind)).toBe("claude-sonnet-4-6");
    expect(engine.resolveModel("sonnet", base)).not.toBe("claude-sonnet-4-6");
    await session.close();
  });

  test("may have another default by its settings, which counts", async () => {
    const { engine, start, chat, model, configFolder } = claude();
    await mkdir(configFolder, { recursive: true });
    await writeFile(join(configFolder, "settings.json"), JSON.stringify({ model: "claude-haiku-4-5" }));
    const kind = { ...chat().kind, settingSources: ["user"] as const };
    const session = await start(chat({ model: "default", kind }));
    for await (const _ of session.runTurn(say("hello", { effort: "none" }), DENYING_SUPERVISOR, NEVER));
    await rm(join(configFolder, "settings.json"));
    const { body } = await model.waitForRequest(1);
    expect(body).toMatchObject({ model: "claude-haiku-4-5", thinking: { type: "disabled" } });
    expect(engine.resolveModel("default", kind)).toBe("claude-haiku-4-5");
    await session.close();
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
    await expect(startSpare(engine, claude().chat().kind)).rejects.toMatchObject(failure);
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

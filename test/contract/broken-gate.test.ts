import { existsSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { PermissionMode } from "../../src/core/words/permission-mode.ts";
import type { TurnInput } from "../../src/core/ports/engine-session.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { DEFAULT_PERMISSIONS, DENYING_SUPERVISOR } from "../engine/turn-input.ts";
import { ALLOWING_SUPERVISOR } from "./allowing-supervisor.ts";
import { NEVER, runTurn, say, shareClaude, textOf } from "./share-claude.ts";

const logged: string[] = [];
const logger = {
  error: (event: string) => void logged.push(event),
  info() {},
  debug() {},
  trace() {},
  child: () => logger,
};
const claude = shareClaude({ logger });

const broken = (): never => {
  throw new Error("broken on purpose");
};

const input = (mode: PermissionMode): TurnInput => ({
  ...say("Work."),
  permissions: { ...DEFAULT_PERMISSIONS, mode },
});

describe("a gate that breaks denies the call", () => {
  test.each([
    {
      name: "what is to be done before a tool runs, at once",
      mode: "acceptEdits",
      supervisor: { ...ALLOWING_SUPERVISOR, beforeTool: broken },
      reason: /Turnpike failed to prepare this call, so it was not made/,
    },
    {
      name: "what is to be done before a tool runs, later",
      mode: "acceptEdits",
      supervisor: { ...ALLOWING_SUPERVISOR, beforeTool: async () => broken() },
      reason: /Turnpike failed to prepare this call, so it was not made/,
    },
    {
      name: "the question to a person",
      mode: "default",
      supervisor: { ...DENYING_SUPERVISOR, ask: broken },
      reason: /^Nobody could be asked/,
    },
    {
      name: "the person's answer",
      mode: "default",
      supervisor: {
        ...DENYING_SUPERVISOR,
        ask: (...asked: Parameters<typeof DENYING_SUPERVISOR.ask>) => ({
          ...DENYING_SUPERVISOR.ask(...asked),
          answer: Promise.resolve().then(broken),
        }),
      },
      reason: /^Nobody could be asked/,
    },
  ] as const)("$name", async ({ mode, supervisor, reason }) => {
    logged.length = 0;
    const { model, start, agent, workspace } = claude();
    const file = join(workspace, "a.txt");
    const session = await start(agent(), { firstTurn: input(mode) });
    model.respondWith([
      reply({ blocks: [toolUse("Write", { file_path: file, content: "hello\n" })] }),
      text("as you like"),
    ]);
    const events = await runTurn(session, input(mode), NEVER, supervisor);
    expect(existsSync(file)).toBe(false);
    expect(events.find(({ type }) => type === "activity-end")).toMatchObject({
      output: expect.stringMatching(reason),
    });
    expect(textOf(events)).toBe("as you like");
    expect(logged).toContain("tool-gate.failed");
    await session.close();
  });
});

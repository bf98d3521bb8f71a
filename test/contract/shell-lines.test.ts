import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, test } from "vitest";

import { PERMISSION_MODES, type PermissionMode } from "../../src/core/words/permission-mode.ts";
import type { EngineSession, TurnInput } from "../../src/core/ports/engine-session.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { DEFAULT_PERMISSIONS, DENYING_SUPERVISOR } from "../engine/turn-input.ts";
import { NEVER, runTurn, say, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude();
const path = (name: string) => join(claude().workspace, name);

beforeEach(() => rm(claude().workspace, { recursive: true, force: true }));

/** A skill with one line that Claude Code runs before the model reads the skill. */
async function writeSkill(line: string, allowedTools?: string): Promise<void> {
  await mkdir(path(".claude/skills/deploy"), { recursive: true });
  const grant = allowedTools === undefined ? "" : `allowed-tools: ${allowedTools}\n`;
  const head = `---\nname: deploy\ndescription: Deploys.\n${grant}---\n`;
  await writeFile(path(".claude/skills/deploy/SKILL.md"), `${head}State: !\`${line}\`\n`);
}

const kind = (mode: PermissionMode = "default") => ({
  ...claude().agent().kind,
  runsCommands: true,
  settingSources: ["project"] as const,
  mayBypassPermissions: mode === "bypassPermissions",
  isJudged: mode === "auto",
  environment: mode === "bypassPermissions" ? { IS_SANDBOX: "1" } : {},
});

const command = (mode: PermissionMode, permissions: Partial<TurnInput["permissions"]> = {}): TurnInput => ({
  ...say("now"),
  command: "deploy",
  permissions: { ...DEFAULT_PERMISSIONS, mode, ...permissions },
});

const start = (input: TurnInput) =>
  claude().start(claude().agent({ kind: kind(input.permissions.mode) }), { firstTurn: input });

/** What core heard, and whether the file was there by then. */
async function runTold(session: EngineSession, input: TurnInput) {
  const told: string[] = [];
  const events = await runTurn(session, input, NEVER, {
    ...DENYING_SUPERVISOR,
    beforeTool: async ({ name }) => void told.push(`${name} ${existsSync(path("touched.txt"))}`),
  });
  return { told, events };
}

describe("a shell line of a skill", () => {
  test("is told to core before it runs, when a request names the skill", async () => {
    await writeSkill("touch touched.txt");
    const session = await start(command("acceptEdits"));
    claude().model.respondWith(text("done"));
    const { told, events } = await runTold(session, command("acceptEdits"));
    expect(textOf(events)).toBe("done");
    expect([told, existsSync(path("touched.txt"))]).toEqual([["Bash false"], true]);
    await session.close();
  });

  test("is told to core before it runs, when Claude calls for the skill", async () => {
    await writeSkill("touch touched.txt");
    const input = { ...say("Work."), permissions: DEFAULT_PERMISSIONS };
    const session = await claude().start(claude().agent({ kind: { ...kind(), runsCommands: false } }));
    claude().model.respondWith([reply({ blocks: [toolUse("Skill", { skill: "deploy" })] }), text("done")]);
    const { told } = await runTold(session, input);
    expect([told, existsSync(path("touched.txt"))]).toEqual([["Skill false", "Bash false"], true]);
    await session.close();
  });

  test("does not run when core cannot be told", async () => {
    await writeSkill("touch touched.txt");
    const session = await start(command("acceptEdits"));
    claude().model.respondWith(text("done"));
    await runTurn(session, command("acceptEdits"), NEVER, {
      ...DENYING_SUPERVISOR,
      beforeTool: () => Promise.reject(new Error("No word of it.")),
    });
    expect(existsSync(path("touched.txt"))).toBe(false);
    await session.close();
  });

  test.each<[PermissionMode, "runs" | "refused"]>([
    ["default", "refused"],
    ["acceptEdits", "runs"],
    ["plan", "refused"],
    ["dontAsk", "refused"],
    ["bypassPermissions", "runs"],
  ])("that touches a file, in the mode %s: %s", async (mode, outcome) => {
    await writeSkill("touch touched.txt");
    const session = await start(command(mode));
    claude().model.respondWith(text("done"));
    const { events } = await runTold(session, command(mode));
    expect(existsSync(path("touched.txt"))).toBe(outcome === "runs");
    if (outcome === "refused") {
      expect(events.at(-1)).toMatchObject({ type: "turn-error", error: { kind: "forbidden" } });
      expect(claude().model.requests).toEqual([]);
    }
    await session.close();
  });

  test("that touches a file is left to the model in the mode auto, where each call is judged", async () => {
    await writeSkill("touch touched.txt");
    const session = await start(command("auto"));
    claude().model.respondWith(text("done"));
    await runTold(session, command("auto"));
    expect(existsSync(path("touched.txt"))).toBe(false);
    const { body } = await claude().model.waitForRequest(1);
    expect(JSON.stringify(body.messages)).toMatch(
      /run this first, exactly as written[^"]*touch touched\.txt/,
    );
    await session.close();
  });

  test.each(PERMISSION_MODES)("that only reads runs in the mode %s", async (mode) => {
    await writeSkill("ls -a");
    const session = await start(command(mode));
    claude().model.respondWith(text("done"));
    const { events } = await runTold(session, command(mode));
    expect(textOf(events)).toBe("done");
    expect(JSON.stringify((await claude().model.waitForRequest(1)).body.messages)).toMatch(
      /State: [^"]*\.claude/,
    );
    await session.close();
  });

  test.each<[string, Partial<TurnInput["permissions"]>, string | undefined, boolean]>([
    ["is allowed by a rule", { allow: ["Bash(touch *)"] }, undefined, true],
    ["is denied by a rule", { deny: ["Bash(touch *)"] }, "Bash", false],
    ["is allowed by the skill itself", {}, "Bash(touch *)", true],
  ])("%s", async (_, rules, grant, runs) => {
    await writeSkill("touch touched.txt", grant);
    const session = await start(command("default", rules));
    claude().model.respondWith(text("done"));
    await runTold(session, command("default", rules));
    expect(existsSync(path("touched.txt"))).toBe(runs);
    await session.close();
  });
});

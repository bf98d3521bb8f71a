import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { beforeEach, describe, expect, test } from "vitest";

import type { TurnInput } from "../../src/core/ports/engine-session.ts";
import type {
  PermissionAnswer,
  PermissionQuestion,
  StartingTool,
} from "../../src/core/ports/turn-supervisor.ts";
import type { EngineEvent } from "../../src/core/words/turn-event.ts";
import { text, toolUse, reply } from "../../src/demo/build-reply.ts";
import { DEFAULT_PERMISSIONS, DENYING_SUPERVISOR } from "../engine/turn-input.ts";
import { toolNamesOf } from "../upstream/read-request.ts";
import { NEVER, runTurn, say, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude();
const path = (name: string) => join(claude().workspace, name);

beforeEach(async () => {
  await rm(claude().workspace, { recursive: true, force: true });
  await mkdir(claude().workspace);
});

const CALL = { id: "toolu_call" };
const write = (file: string) =>
  reply({ blocks: [toolUse("Write", { file_path: file, content: "hello\n" }, CALL)] });
const run = (command: string) => reply({ blocks: [toolUse("Bash", { command }, CALL)] });

const withMode = (mode: TurnInput["permissions"]["mode"], changes: Partial<TurnInput> = {}): TurnInput => ({
  ...say("Work."),
  permissions: { ...DEFAULT_PERMISSIONS, mode },
  ...changes,
});

/** Answers each question, and keeps it. */
function answering(answer: PermissionAnswer) {
  const questions: PermissionQuestion[] = [];
  const told: string[] = [];
  return {
    questions,
    told,
    supervisor: {
      ...DENYING_SUPERVISOR,
      beforeTool: async ({ name }: StartingTool) => void told.push(name),
      ask: (question: PermissionQuestion, signal: AbortSignal) => {
        questions.push(question);
        return { ...DENYING_SUPERVISOR.ask(question, signal), answer: Promise.resolve(answer) };
      },
    },
  };
}

const outcomes = (events: readonly EngineEvent[]) =>
  events.flatMap((event) => (event.type === "permission-resolved" ? [event.outcome] : []));
const results = (events: readonly EngineEvent[]) =>
  events.flatMap((event) => (event.type === "activity-end" ? [event.output] : []));

describe("a call that the mode asks about", () => {
  test("runs when it is allowed, and core is told before", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent(), { firstTurn: withMode("default") });
    const person = answering({ outcome: "allowed" });
    model.respondWith([write(path("a.txt")), text("done")]);
    const events = await runTurn(session, withMode("default"), NEVER, person.supervisor);
    expect(await readFile(path("a.txt"), "utf8")).toBe("hello\n");
    expect(person.told).toEqual(["Write"]);
    expect(person.questions).toEqual([
      {
        activityId: "toolu_call",
        toolName: "Write",
        input: { file_path: path("a.txt"), content: "hello\n" },
        work: {
          type: "file-edit",
          about: path("a.txt"),
          edit: { path: path("a.txt"), isNew: true, diff: "+hello\n+" },
        },
        summary: `Write: ${path("a.txt")}`,
        alwaysAllows: [`Edit(/${claude().workspace}/**)`],
      },
    ]);
    const types = events.map(({ type }) => type).filter((type) => !type.startsWith("transcript"));
    expect(types).toEqual([
      "activity-start",
      "permission-request",
      "permission-resolved",
      "activity-end",
      "file-change",
      "text-delta",
      "turn-end",
    ]);
    await session.close();
  });

  test.each<[PermissionAnswer, RegExp]>([
    [{ outcome: "denied", reason: "Not today." }, /^Not today\.$/],
    [{ outcome: "timed-out" }, /Nobody answered in time/],
  ])("is not made when it is %j", async (answer, expected) => {
    const { model, start, agent } = claude();
    const session = await start(agent(), { firstTurn: withMode("default") });
    model.respondWith([write(path("a.txt")), text("as you like")]);
    const events = await runTurn(session, withMode("default"), NEVER, answering(answer).supervisor);
    expect(existsSync(path("a.txt"))).toBe(false);
    expect(results(events)).toEqual([expect.stringMatching(expected)]);
    expect([outcomes(events), textOf(events)]).toEqual([[answer.outcome], "as you like"]);
    expect(session.canContinue).toBe(true);
    await session.close();
  });

  test("is not asked again after always, in this folder and nowhere else", async () => {
    const { model, start, agent, folder } = claude();
    const session = await start(agent(), { firstTurn: withMode("default") });
    const person = answering({ outcome: "always-allowed" });
    model.respondWith([
      write(path("a.txt")),
      write(path("b.txt")),
      write(join(folder, "c.txt")),
      text("done"),
    ]);
    await runTurn(session, withMode("default"), NEVER, person.supervisor);
    expect(person.questions.map(({ input }) => input["file_path"])).toEqual([
      path("a.txt"),
      join(folder, "c.txt"),
    ]);
    expect(existsSync(path("b.txt"))).toBe(true);
    await session.close();
  });

  test("that waits when the turn is cancelled is not made, also when it is allowed later", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent(), { firstTurn: withMode("default") });
    const client = new AbortController();
    const { promise: answer, resolve: allow } = Promise.withResolvers<PermissionAnswer>();
    let isUnwanted = false;
    model.respondWith([write(path("a.txt")), text("done")]);
    const events = await runTurn(session, withMode("default"), client.signal, {
      ...DENYING_SUPERVISOR,
      ask: (question, signal) => {
        signal.addEventListener("abort", () => (isUnwanted = true));
        client.abort();
        return { ...DENYING_SUPERVISOR.ask(question, signal), answer };
      },
    });
    expect(events.at(-1)).toMatchObject({ type: "turn-error", error: { kind: "cancelled" } });
    allow({ outcome: "allowed" });
    await session.close();
    expect([isUnwanted, existsSync(path("a.txt"))]).toEqual([true, false]);
  });
});

describe("rules", () => {
  test("allow and deny from the next turn on, until a turn comes without them", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent(), { firstTurn: withMode("default") });
    const person = answering({ outcome: "denied" });
    const turn = async (permissions: Partial<TurnInput["permissions"]>) => {
      model.respondWith([run("node -p 6*7"), text("done")]);
      const mode = withMode("default");
      const input = { ...mode, permissions: { ...mode.permissions, ...permissions } };
      return results(await runTurn(session, input, NEVER, person.supervisor));
    };
    expect(await turn({})).toEqual([expect.stringContaining("did not allow")]);
    expect(await turn({ allow: ["Bash(node *)"] })).toEqual(["42"]);
    expect(await turn({ deny: ["Bash(node *)"], allow: ["Bash"] })).toEqual([
      expect.stringMatching(/denied/),
    ]);
    expect(await turn({})).toEqual([expect.stringContaining("did not allow")]);
    await session.close();
  });

  test("take a tool away from the model", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent({ kind: { ...agent().kind, removedTools: ["WebFetch", "Bash"] } }));
    await runTurn(session, "hello");
    const names = toolNamesOf(await model.waitForRequest(1));
    expect(names).toContain("Write");
    for (const name of ["WebFetch", "Bash", "AskUserQuestion", "EnterPlanMode", "ExitPlanMode"]) {
      expect(names).not.toContain(name);
    }
    await session.close();
  });

  test("open further folders", async () => {
    const { model, start, agent, folder } = claude();
    const more = join(folder, "more");
    await mkdir(more, { recursive: true });
    const session = await start(agent());
    model.respondWith([write(join(more, "a.txt")), text("done")]);
    const permissions = { ...DEFAULT_PERMISSIONS, directories: [more] };
    await runTurn(session, { ...say("Work."), permissions });
    expect(existsSync(join(more, "a.txt"))).toBe(true);
    await session.close();
  });
});

describe("the mode", () => {
  test("is each turn's own", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent());
    const turn = async (mode: TurnInput["permissions"]["mode"], name: string) => {
      model.respondWith([write(path(name)), text("done")]);
      await runTurn(session, withMode(mode));
      return existsSync(path(name));
    };
    expect(await turn("acceptEdits", "a.txt")).toBe(true);
    expect(await turn("dontAsk", "b.txt")).toBe(false);
    expect(await turn("plan", "c.txt")).toBe(false);
    expect(await turn("acceptEdits", "d.txt")).toBe(true);
    await session.close();
  });

  test("auto is default on a model that no judge is there for, and the turn says so", async () => {
    const { model, start, agent } = claude();
    const kind = { ...agent().kind, isJudged: true };
    const session = await start(agent({ kind, model: "claude-haiku-4-5" }), { firstTurn: withMode("auto") });
    const person = answering({ outcome: "denied" });
    const turn = async (mode: TurnInput["permissions"]["mode"]) => {
      model.respondWith([write(path("a.txt")), text("done")]);
      const events = await runTurn(session, withMode(mode), NEVER, person.supervisor);
      return events.flatMap((event) => (event.type === "notice" ? [event.code] : []));
    };
    expect(await turn("auto")).toEqual(["permission-mode-replaced"]);
    expect(await turn("plan")).toEqual([]);
    expect(await turn("auto")).toEqual(["permission-mode-replaced"]);
    expect(person.questions.map(({ toolName }) => toolName)).toEqual(["Write", "Write"]);
    expect(existsSync(path("a.txt"))).toBe(false);
    await session.close();
  });

  test("plan changes nothing, even if a person would allow it", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent(), { firstTurn: withMode("plan") });
    const person = answering({ outcome: "allowed" });
    model.respondWith([write(path("a.txt")), run("touch b.txt"), text("a plan")]);
    await runTurn(session, withMode("plan"), NEVER, person.supervisor);
    expect([existsSync(path("a.txt")), existsSync(path("b.txt")), person.questions]).toEqual([
      false,
      false,
      [],
    ]);
    await session.close();
  });
});

const limited = () => ({ ...claude().agent().kind, isLimited: true });

describe("the limits of a turn", () => {
  test("end it after so many model calls, and the next turn goes on", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent({ kind: limited() }));
    model.respondWith([run("echo one"), run("echo two"), text("never")]);
    const events = await runTurn(session, { ...say("Work."), maxTurns: 2 });
    expect(results(events)).toEqual(["one", "two"]);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "max-turns" });
    expect(model.requests).toHaveLength(2);
    expect(session.canContinue).toBe(true);
    model.clear();
    model.respondWith([run("echo three"), text("done")]);
    expect(textOf(await runTurn(session, { ...say("Go on."), maxTurns: 2 }))).toBe("done");
    await session.close();
  });

  test("end it when it has cost so much, each turn anew", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent({ kind: limited() }));
    const turn = async (maxBudgetUsd: number) => {
      model.respondWith([run("echo one"), text("done")]);
      return (await runTurn(session, { ...say("Work."), maxBudgetUsd })).at(-1);
    };
    expect(await turn(100)).toMatchObject({ reason: "end" });
    expect(await turn(100)).toMatchObject({ reason: "end" });
    expect(await turn(0.000_001)).toMatchObject({ reason: "max-budget" });
    expect(await turn(100)).toMatchObject({ reason: "end" });
    await session.close();
  });
});

const call = (tool: string) => reply({ blocks: [toolUse(`mcp__own__${tool}`, { text: "hi" }, CALL)] });

describe("an MCP server over stdio", () => {
  const server = {
    type: "stdio" as const,
    command: process.execPath,
    args: [resolve(import.meta.dirname, "../mcp/stdio-server.mjs")],
    env: { GREETING: "a secret greeting" },
  };
  test("serves its tools; its crash is told to the model and it comes back", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent());
    const permissions = { ...DEFAULT_PERMISSIONS, allow: ["mcp__own"] };
    const input = { ...say("Work."), permissions, mcpServers: { own: server } };
    model.respondWith([call("echo"), call("crash"), call("echo"), text("done")]);
    const events = await runTurn(session, input);
    expect(results(events)).toEqual([
      "hi with a secret greeting",
      expect.stringMatching(/closed/i),
      "hi with a secret greeting",
    ]);
    expect(textOf(events)).toBe("done");
    const commandLine = await readFile(`/proc/${session.processId}/cmdline`, "utf8");
    expect(commandLine).not.toContain("secret greeting");
    await session.close();
  });

  test("that does not start is told, and the turn goes on", async () => {
    const { model, start, agent } = claude();
    const session = await start(agent());
    model.respondWith(text("without it, then"));
    const broken = { ...server, command: join(claude().folder, "no-such-command") };
    const events = await runTurn(session, { ...say("Work."), mcpServers: { broken } });
    expect(events[0]).toMatchObject({ type: "notice", code: "mcp-server-failed" });
    expect(textOf(events)).toBe("without it, then");
    await session.close();
  });
});

const commands = () => ({
  ...claude().agent().kind,
  runsCommands: true,
  settingSources: ["project"] as const,
});

describe("a slash command", () => {
  test("of the workspace runs with the message as its arguments", async () => {
    const { model, start, agent } = claude();
    await mkdir(path(".claude/commands"), { recursive: true });
    await writeFile(path(".claude/commands/greet.md"), "Greet $ARGUMENTS warmly.");
    const session = await start(agent({ kind: commands() }));
    model.respondWith(text("Hello!"));
    const events = await runTurn(session, { ...say("the team"), command: "greet" });
    expect(textOf(events)).toBe("Hello!");
    const { body } = await model.waitForRequest(1);
    expect(JSON.stringify(body.messages)).toContain("Greet the team warmly.");
    expect(session.canContinue).toBe(false);
    await session.close();
  });

  test.each([
    ["model", "opus"],
    ["no-such-command", ""],
    ["init", "@/etc/hostname"],
  ])("%s %s is refused before anything happens", async (command, words) => {
    const { model, start, agent } = claude();
    const session = await start(agent({ kind: commands() }));
    const events = await runTurn(session, { ...say(words), command });
    expect(events).toMatchObject([
      { type: "turn-error", error: { kind: "invalid-request", param: "claude.command" } },
    ]);
    expect(model.requests).toEqual([]);
    await session.close();
  });
});

import { existsSync } from "node:fs";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { describe, expect, test } from "vitest";

import { PERMISSION_MODES, type PermissionMode } from "../../src/core/words/permission-mode.ts";
import type { EngineSession, TurnInput } from "../../src/core/ports/engine-session.ts";
import type { PermissionQuestion } from "../../src/core/ports/turn-supervisor.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { DEFAULT_PERMISSIONS, DENYING_SUPERVISOR } from "../engine/turn-input.ts";
import { type Claude, NEVER, runTurn, say, shareClaude } from "./share-claude.ts";

const claude = shareClaude();

type Cell = "runs" | "asked" | "denied" | "judged";

interface Call {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What there is if it ran. */
  readonly trace?: { readonly file: string; readonly content: string };
}

const MCP_SERVER = {
  type: "stdio" as const,
  command: process.execPath,
  args: [resolve(import.meta.dirname, "../mcp/stdio-server.mjs")],
  env: { GREETING: "greetings" },
};

const write = (file: string, path = file): Call => ({
  tool: "Write",
  input: { file_path: path, content: "written\n" },
  trace: { file, content: "written\n" },
});

/** Each row of the table in docs/agents.md as a call. */
function callOf(row: string, { folder, workspace }: Pick<Claude, "folder" | "workspace">): Call {
  const inside = (name: string) => join(workspace, name);
  const outside = (name: string) => join(folder, "outside", name);
  switch (row) {
    case "read a file in the workspace":
      return { tool: "Read", input: { file_path: inside("here.txt") } };
    case "read a file outside":
      return { tool: "Read", input: { file_path: outside("there.txt") } };
    case "write a file in the workspace":
      return write(inside("new.txt"));
    case "edit a file in the workspace":
      return {
        tool: "Edit",
        input: { file_path: inside("here.txt"), old_string: "here", new_string: "edited" },
        trace: { file: inside("here.txt"), content: "edited\n" },
      };
    case "write a file outside":
      return write(outside("new.txt"));
    case "write through a link that leads outside":
      return write(outside("linked.txt"), inside("link/linked.txt"));
    case "write to `.git`":
      return write(inside(".git/config"));
    case "command that only reads, such as `ls`":
      return { tool: "Bash", input: { command: "ls" } };
    case "command on files of the workspace, such as `touch`":
      return {
        tool: "Bash",
        input: { command: "touch touched.txt" },
        trace: { file: inside("touched.txt"), content: "" },
      };
    case "other command, such as `npm test`":
      return { tool: "Bash", input: { command: "node -p 6*7" } };
    case "command that writes outside":
      return {
        tool: "Bash",
        input: { command: `echo written > ${outside("echoed.txt")}` },
        trace: { file: outside("echoed.txt"), content: "written\n" },
      };
    case "tool of an MCP server":
      return { tool: "mcp__own__echo", input: { text: "hi" } };
    case "fetch a web page":
      return { tool: "WebFetch", input: { url: "http://127.0.0.1:9/page", prompt: "What is it?" } };
    default:
      throw new Error(`The table has a row that no call is known for: ${row}`);
  }
}

const table = await readTable();

test("the table names every mode", () => {
  expect(table.modes).toEqual(PERMISSION_MODES);
});

describe.each(PERMISSION_MODES)("in the mode %s", (mode) => {
  test("each call does what the table says", { timeout: 240_000 }, async () => {
    const told: string[] = [];
    const expected: string[] = [];
    const { start, agent } = claude();
    await prepare();
    const input = turnIn(mode);
    const kind = {
      ...agent().kind,
      mayBypassPermissions: mode === "bypassPermissions",
      isJudged: mode === "auto",
      environment: mode === "bypassPermissions" ? { IS_SANDBOX: "1" } : {},
    };
    const session = await start(agent({ kind }), { firstTurn: input });
    for (const { name, cells } of table.rows) {
      await prepare();
      expected.push(`${name}: ${cells[mode]}`);
      told.push(`${name}: ${await outcomeOf(session, input, callOf(name, claude()))}`);
    }
    expect(told).toEqual(expected);
    await session.close();
  });
});

/** The folder as each call finds it. */
async function prepare(): Promise<void> {
  const { folder, workspace } = claude();
  const outside = join(folder, "outside");
  await rm(workspace, { recursive: true, force: true });
  await rm(outside, { recursive: true, force: true });
  await mkdir(join(workspace, ".git"), { recursive: true });
  await mkdir(outside);
  await symlink(outside, join(workspace, "link"));
  await writeFile(join(workspace, "here.txt"), "here\n");
  await writeFile(join(outside, "there.txt"), "there\n");
}

function turnIn(mode: PermissionMode): TurnInput {
  return {
    ...say("Work."),
    permissions: { ...DEFAULT_PERMISSIONS, mode },
    mcpServers: { own: MCP_SERVER },
  };
}

/** Makes the call, after reading the file that it edits. A person who is asked allows it, a judge has nothing against it. */
async function outcomeOf(session: EngineSession, input: TurnInput, call: Call): Promise<Cell> {
  const { model } = claude();
  const steps = [
    ...(call.tool === "Edit" ? [toolUse("Read", { file_path: call.input["file_path"] })] : []),
    toolUse(call.tool, call.input, { id: "toolu_call" }),
  ];
  let isJudged = false;
  model.respondWith((request) => {
    if (isJudgement(request)) {
      isJudged = true;
      return text("<block>no</block>");
    }
    const step = steps.shift();
    return step ? reply({ blocks: [step] }) : text("done");
  });
  const questions: PermissionQuestion[] = [];
  const events = await runTurn(session, input, NEVER, {
    ...DENYING_SUPERVISOR,
    ask: (question, signal) => {
      questions.push(question);
      const asked = DENYING_SUPERVISOR.ask(question, signal);
      return { ...asked, answer: Promise.resolve({ outcome: "allowed" as const }) };
    },
  });
  const end = events.find((event) => event.type === "activity-end" && event.activityId === "toolu_call");
  const wasDenied = end?.type === "activity-end" && end.isError && DENIAL.test(end.output);
  const { trace } = call;
  const hasTrace = trace !== undefined && existsSync(trace.file);
  if (trace && !wasDenied) expect(await readFile(trace.file, "utf8")).toBe(trace.content);
  if (wasDenied) {
    expect(
      call.tool === "Edit" ? await readFile(join(claude().workspace, "here.txt"), "utf8") : hasTrace,
    ).toEqual(call.tool === "Edit" ? "here\n" : false);
    return "denied";
  }
  if (questions.length > 0) return "asked";
  return isJudged ? "judged" : "runs";
}

const DENIAL = /denied|plan mode|was not run|haven't granted/i;

function isJudgement({ body }: RecordedRequest): boolean {
  return JSON.stringify(body.system ?? "").includes("security monitor");
}

async function readTable() {
  const page = await readFile(resolve(import.meta.dirname, "../../docs/agents.md"), "utf8");
  const section = page.split("\n## ").find((each) => each.startsWith("Permission modes")) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| "));
  const [header = [], ...rows] = lines.map((line) => line.slice(2, -2).split(" | "));
  const modes = header.slice(1).map((mode) => mode.replaceAll("`", ""));
  return {
    modes,
    rows: rows.map(([name = "", ...cells]) => ({
      name,
      cells: Object.fromEntries(modes.map((mode, index) => [mode, cells[index] ?? ""])),
    })),
  };
}

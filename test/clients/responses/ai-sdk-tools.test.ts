import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createOpenAI } from "@ai-sdk/openai";
import { applyDiff } from "@openai/agents";
import { generateText, stepCountIs, streamText, type ToolSet } from "ai";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../../src/demo/build-reply.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { API_KEY, makeFolder } from "../../integration/start-turnpike.ts";
import { startMcpServer } from "../../mcp/start-mcp-server.ts";
import { expectOneConversation } from "../expect-one-conversation.ts";
import { playRounds } from "../play-rounds.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { isLocalHistory, localRounds, PATCHED, runCommands } from "./local-tools-task.ts";
import { FOUND_URL, searchTheWeb } from "./search-the-web.ts";

const shared = shareTurnpike({
  // It takes what Claude Code does by itself for calls that nobody answered.
  configFile: {
    profiles: { quiet: { builtinTools: "on", activity: "hidden" } },
    models: { quiet: { profile: "quiet" } },
  },
});
startEachTestAfresh(shared);

const createProvider = () => createOpenAI({ baseURL: `${shared().url}/v1`, apiKey: API_KEY });

describe.each([
  { way: "generateText", store: true },
  { way: "generateText", store: false },
  { way: "streamText", store: true },
  { way: "streamText", store: false },
] as const)("$way, store: $store", ({ way, store }) => {
  /** All steps of a run. */
  const run = async (prompt: string, tools: ToolSet, model = "sonnet") => {
    const settings = {
      model: createProvider()(model),
      maxRetries: 0,
      tools,
      prompt,
      stopWhen: stepCountIs(8),
      providerOptions: { openai: { store } },
    };
    if (way === "generateText") {
      const result = await generateText(settings);
      return { text: result.text, steps: result.steps };
    }
    const result = streamText(settings);
    const parts = await Array.fromAsync(result.stream);
    expect(parts.filter(({ type }) => type === "error" || type === "tool-error")).toEqual([]);
    return { text: await result.finalStep.then((step) => step.text), steps: await result.steps };
  };

  test("a shell and patches that the client runs itself", async () => {
    const folder = await makeFolder();
    shared().upstream.respondWith(playRounds(localRounds(), "The notes are written."));
    const openai = createProvider();
    const result = await run("Make notes.", {
      shell: openai.tools.shell({
        execute: async ({ action }) => ({ output: await runCommands(action.commands, folder) }),
      }),
      apply_patch: openai.tools.applyPatch({
        execute: async ({ operation }) => {
          if (operation.type === "delete_file") throw new Error("Nothing is to be deleted");
          const file = join(folder, operation.path);
          const isNew = operation.type === "create_file";
          const before = isNew ? "" : await readFile(file, "utf8");
          await writeFile(file, applyDiff(before, operation.diff, isNew ? "create" : "default"));
          return { status: "completed", output: PATCHED };
        },
      }),
    });
    expect(result.text).toBe("The notes are written.");
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toMatch(/^omega\nβeta 🌤\n?$/);
    const seen = toolRoundsOf(await shared().upstream.waitForRequest(5));
    expect(isLocalHistory(seen), JSON.stringify(seen)).toBe(true);
    await expectOneConversation(shared(), 5);
  });

  test("the web and a code interpreter that the server runs", async () => {
    shared().upstream.respondWith(
      searchTheWeb([
        reply({ blocks: [textBlock("I search."), toolUse("WebSearch", { query: "tolls" })] }),
        reply({ blocks: [toolUse("Bash", { command: "echo $((6 * 7))", description: "Calculates" })] }),
        text(`42 tolls, says ${FOUND_URL}.`),
      ]),
    );
    const { tools } = createProvider();
    const given = { web_search: tools.webSearch(), code_interpreter: tools.codeInterpreter() };
    const result = await run("How many tolls?", given, "claude-code");
    expect(result.text).toContain("42 tolls");
    const [step] = result.steps;
    expect(result.steps).toHaveLength(1);
    expect(step?.toolCalls.map(({ toolName }) => toolName)).toEqual(["web_search", "code_interpreter"]);
    expect(step?.toolResults.map(({ toolName }) => toolName)).toEqual(["web_search", "code_interpreter"]);
    expect(JSON.stringify(step?.toolResults)).toContain("42");
  });

  test("an MCP server that the server asks", async () => {
    const server = await startMcpServer();
    shared().upstream.respondWith([
      reply({ blocks: [textBlock("I roll."), toolUse("mcp__dice__roll", { sides: 6 })] }),
      text("It is a 4."),
    ]);
    const { tools } = createProvider();
    const result = await run("Roll.", {
      dice: tools.mcp({ serverLabel: "dice", serverUrl: server.url, requireApproval: "never" }),
    });
    expect(result.text).toContain("It is a 4.");
    expect(server.calls).toEqual([{ name: "roll", input: { sides: 6 } }]);
  });

  test("Claude Code's own work stays out where the profile says so", async () => {
    shared().upstream.respondWith([
      reply({
        blocks: [textBlock("I look."), toolUse("Bash", { command: "echo hello", description: "Says" })],
      }),
      text("Hello."),
    ]);
    const result = await run("Work.", {}, "quiet");
    expect(result.text).toContain("Hello.");
    expect(result.steps.map((step) => step.finishReason)).toEqual(["stop"]);
    expect(toolRoundsOf(await shared().upstream.waitForRequest(2))).toMatchObject([[{ output: "hello" }]]);
  });
});

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import {
  Agent,
  applyDiff,
  applyPatchTool,
  codeInterpreterTool,
  hostedMcpTool,
  OpenAIProvider,
  Runner,
  shellTool,
  webSearchTool,
} from "@openai/agents";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../../src/demo/build-reply.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { startMcpServer } from "../../mcp/start-mcp-server.ts";
import { expectOneConversation } from "../expect-one-conversation.ts";
import { playRounds } from "../play-rounds.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { isLocalHistory, localRounds, PATCHED, runCommands } from "./local-tools-task.ts";
import { searchTheWeb } from "./search-the-web.ts";

const shared = shareTurnpike({
  // It takes no item of a tool that its agent does not have.
  configFile: {
    profiles: { quiet: { builtinTools: "on", activity: "hidden" } },
    models: { quiet: { profile: "quiet" } },
  },
});
startEachTestAfresh(shared);

function createRunner(): Runner {
  const modelProvider = new OpenAIProvider({ openAIClient: shared().openai });
  return new Runner({ tracingDisabled: true, modelProvider });
}

describe.each([{ stream: false }, { stream: true }])("streaming: $stream", ({ stream }) => {
  const run = async (agent: Agent, input: string) => {
    if (!stream) return createRunner().run(agent, input);
    const result = await createRunner().run(agent, input, { stream: true });
    await result.completed;
    return result;
  };

  test("a shell and patches that the agent runs itself", async () => {
    const folder = await makeFolder();
    shared().upstream.respondWith(playRounds(localRounds(), "The notes are written."));
    const write = async (path: string, diff: string, mode?: "create") => {
      const file = join(folder, path);
      const before = mode === "create" ? "" : await readFile(file, "utf8");
      await writeFile(file, applyDiff(before, diff, mode));
      return { output: PATCHED };
    };
    const agent = new Agent({
      name: "Writer",
      model: "sonnet",
      tools: [
        shellTool({
          shell: { run: async ({ commands }) => ({ output: await runCommands(commands, folder) }) },
        }),
        applyPatchTool({
          editor: {
            createFile: ({ path, diff }) => write(path, diff, "create"),
            updateFile: ({ path, diff }) => write(path, diff),
            deleteFile: () => Promise.reject(new Error("Nothing is to be deleted")),
          },
        }),
      ],
    });
    const result = await run(agent, "Make notes.");
    expect(result.finalOutput).toBe("The notes are written.");
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toMatch(/^omega\nβeta 🌤\n?$/);
    const seen = toolRoundsOf(await shared().upstream.waitForRequest(5));
    expect(isLocalHistory(seen), JSON.stringify(seen)).toBe(true);
    await expectOneConversation(shared(), 5);
  });

  test("the web and a code interpreter that the server runs", async () => {
    const steps = [
      reply({ blocks: [textBlock("I search."), toolUse("WebSearch", { query: "tolls" })] }),
      reply({ blocks: [toolUse("Bash", { command: "echo $((6 * 7))", description: "Calculates" })] }),
      text("42 tolls."),
    ];
    shared().upstream.respondWith(searchTheWeb(steps));
    const agent = new Agent({
      name: "Finder",
      model: "claude-code",
      tools: [webSearchTool(), codeInterpreterTool()],
    });
    const result = await run(agent, "How many tolls?");
    expect(result.finalOutput).toBe("42 tolls.");
    const items = result.newItems.map(({ rawItem }) => (rawItem && "name" in rawItem ? rawItem.name : ""));
    expect(items.filter((name) => name !== "")).toEqual(["web_search_call", "code_interpreter_call"]);

    shared().upstream.respondWith(text("Quite many."));
    const next = await createRunner().run(agent, [...result.history, { role: "user", content: "Many?" }]);
    expect(next.finalOutput).toBe("Quite many.");
  });

  test("an MCP server that the server asks, with the agent's approval", async () => {
    const server = await startMcpServer();
    shared().upstream.respondWith([
      reply({ blocks: [textBlock("I roll."), toolUse("mcp__dice__roll", { sides: 6 })] }),
      text("It is a 4."),
    ]);
    const asked: string[] = [];
    const agent = new Agent({
      name: "Dice",
      model: "sonnet",
      tools: [
        hostedMcpTool({
          serverLabel: "dice",
          serverUrl: server.url,
          requireApproval: "always",
          onApproval: (_, { rawItem }) => {
            asked.push("name" in rawItem ? String(rawItem.name) : "?");
            return Promise.resolve({ approve: true });
          },
        }),
      ],
    });
    const result = await run(agent, "Roll.");
    expect(asked).toEqual(["roll"]);
    expect(server.calls).toEqual([{ name: "roll", input: { sides: 6 } }]);
    expect(result.finalOutput).toBe("It is a 4.");
  });

  test("Claude Code's own work stays out where the profile says so", async () => {
    shared().upstream.respondWith([
      reply({
        blocks: [textBlock("I look."), toolUse("Bash", { command: "echo hello", description: "Says" })],
      }),
      text("Hello."),
    ]);
    const result = await run(new Agent({ name: "Worker", model: "quiet" }), "Work.");
    expect(result.finalOutput).toContain("Hello.");
    expect(toolRoundsOf(await shared().upstream.waitForRequest(2))).toMatchObject([[{ output: "hello" }]]);
  });
});

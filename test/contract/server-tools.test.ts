import { describe, expect, test } from "vitest";

import type { TurnInput } from "../../src/core/ports/engine-session.ts";
import {
  NO_SERVER_TOOLS,
  type RemoteMcpServer,
  type ServerTools,
} from "../../src/core/words/server-tools.ts";
import { reply, text, textBlock, toolUse, wholeBlock } from "../../src/demo/build-reply.ts";
import { startMcpServer, type TestMcpServer } from "../mcp/start-mcp-server.ts";
import { toolNamesOf } from "../upstream/read-request.ts";
import { runTurn, say, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude();

function asking(words: string, tools: Partial<ServerTools>): TurnInput {
  return { ...say(words), serverTools: { ...NO_SERVER_TOOLS, ...tools } };
}

function dice(server: TestMcpServer, changes: Partial<RemoteMcpServer> = {}): RemoteMcpServer {
  return {
    label: "dice",
    url: server.url,
    headers: { "x-secret": "s3" },
    approval: { type: "never" },
    ...changes,
  };
}

const ROLL = reply({
  blocks: [textBlock("I roll."), toolUse("mcp__dice__roll", { sides: 6 }, { id: "toolu_roll" })],
});

describe("an MCP server of the request", () => {
  test("is asked by Claude Code, which sees the allowed tools only", async () => {
    const { model, start, chat } = claude();
    const server = await startMcpServer();
    const session = await start(chat());
    model.respondWith([ROLL, text("It is a 4.")]);
    const remote = dice(server, { allowedTools: ["roll"] });
    const events = await runTurn(session, asking("Roll.", { mcpServers: [remote] }));
    expect(textOf(events)).toBe("I roll.\n\nIt is a 4.");
    expect(events[0]).toEqual({
      type: "mcp-tools",
      serverLabel: "dice",
      tools: [
        {
          name: "roll",
          description: "The tool roll.",
          inputSchema: expect.objectContaining({ type: "object" }),
        },
      ],
    });
    expect(events.filter((event) => event.type.startsWith("activity"))).toMatchObject([
      { type: "activity-start", name: "mcp__dice__roll", input: { sides: 6 } },
      { type: "activity-end", isError: false, output: "roll gave 4" },
    ]);
    expect(toolNamesOf(await model.waitForRequest(1))).toEqual(["mcp__dice__roll"]);
    expect(server.calls).toEqual([{ name: "roll", input: { sides: 6 } }]);
    expect([...server.secrets]).toEqual(["s3"]);

    // Without it in the next turn, its tools are gone; with it again, they are told anew.
    model.respondWith(text("ok"));
    await runTurn(session, "Nothing more.");
    expect(toolNamesOf(await model.waitForRequest(3))).toEqual([]);
    await session.close();
  });

  test("that cannot be reached ends the turn before the model is asked", async () => {
    const { model, start, chat } = claude();
    const session = await start(chat());
    const remote: RemoteMcpServer = {
      label: "gone",
      url: "http://127.0.0.1:9/mcp",
      headers: {},
      approval: { type: "never" },
    };
    const events = await runTurn(session, asking("Roll.", { mcpServers: [remote] }));
    expect(events).toMatchObject([
      {
        type: "turn-error",
        error: { kind: "invalid-request", param: "tools", message: expect.stringContaining("'gone'") },
      },
    ]);
    expect(model.requests).toEqual([]);
    await session.close();
  });

  test.each([
    [true, "It is a 4.", [{ name: "roll", input: { sides: 6 } }]],
    [false, "Then not.", []],
  ])("waits with a call for the client's word: %s", async (isApproved, said, calls) => {
    const { model, start, chat } = claude();
    const server = await startMcpServer();
    const session = await start(chat());
    model.respondWith(({ body }) => {
      const last = JSON.stringify(body.messages.at(-1));
      if (!last.includes("tool_result")) return ROLL;
      return text(last.includes("gave 4") ? "It is a 4." : "Then not.");
    });
    const mcpServers = [dice(server, { approval: { type: "always" } })];
    const first = await runTurn(session, asking("Roll.", { mcpServers }));
    const approvalId = "mcpr_toolu_roll";
    const seen = first.filter((event) => event.type !== "transcript-append");
    expect(seen.slice(-2)).toMatchObject([
      { type: "approval-request", approvalId, serverLabel: "dice", toolName: "roll", input: { sides: 6 } },
      { type: "turn-end", reason: "tool-calls" },
    ]);
    expect(server.calls).toEqual([]);
    expect(session.canContinue).toBe(true);
    expect(session.canTake(asking("Something else.", { mcpServers }))).toBe(false);

    const next: TurnInput = {
      ...asking("", { mcpServers, approvals: [{ approvalId, isApproved }] }),
      messages: [],
    };
    expect(session.canTake(next)).toBe(true);
    const second = await runTurn(session, next);
    expect(textOf(second)).toBe(said);
    // The next turn tells of the call from its start.
    expect(second.filter((event) => event.type.startsWith("activity"))).toMatchObject([
      { type: "activity-start", name: "mcp__dice__roll", input: { sides: 6 } },
      { type: "activity-end", isError: !isApproved },
    ]);
    expect(second.at(-1)).toMatchObject({ type: "turn-end", reason: "end" });
    expect(server.calls).toEqual(calls);
    await session.close();
  });
});

describe("Claude Code's own tools", () => {
  const FOUND = { url: "https://example.com/", title: "A" };
  const SEARCH = reply({ blocks: [toolUse("WebSearch", { query: "turnpikes" }, { id: "toolu_search" })] });

  test("that the request asks for run beside nothing else", async () => {
    const { model, start, chat } = claude();
    const spec = chat();
    const session = await start({ ...spec, kind: { ...spec.kind, builtinTools: ["WebSearch"] } });
    model.respondWith(({ body }) => {
      if (body.tools?.some((tool) => tool.name === "web_search")) {
        const found = { type: "web_search_result", ...FOUND, encrypted_content: "x" };
        return reply({
          blocks: [
            wholeBlock({
              type: "server_tool_use",
              id: "srvtoolu_1",
              name: "web_search",
              input: { query: "turnpikes" },
            }),
            wholeBlock({ type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [found] }),
            textBlock("Found one."),
          ],
        });
      }
      return JSON.stringify(body.messages).includes("tool_result") ? text("There is one.") : SEARCH;
    });
    const events = await runTurn(session, asking("Search.", { builtin: ["WebSearch"] }));
    expect(textOf(events)).toBe("There is one.");
    expect(events.filter((event) => event.type.startsWith("activity"))).toMatchObject([
      { type: "activity-start", work: { type: "web-search", about: "turnpikes" } },
      { type: "activity-end", isError: false, result: { type: "web-search", pages: [FOUND] } },
    ]);
    expect(toolNamesOf(await model.waitForRequest(1))).toEqual(["WebSearch"]);
    await session.close();
  });

  test("run no more often than the request allows", async () => {
    const { model, start, chat } = claude();
    const server = await startMcpServer();
    const session = await start(chat());
    model.respondWith(({ body }) =>
      JSON.stringify(body.messages).includes("No more than 1") ? text("Enough.") : rollAgain(),
    );
    const events = await runTurn(session, asking("Roll.", { mcpServers: [dice(server)], maxCalls: 1 }));
    expect(textOf(events)).toContain("Enough.");
    expect(server.calls).toHaveLength(1);
    await session.close();
  });
});

function rollAgain() {
  return reply({ blocks: [toolUse("mcp__dice__roll", { sides: 6 })] });
}

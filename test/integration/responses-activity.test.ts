import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { ResponseOutputItem, ResponseStreamEvent } from "openai/resources/responses/responses";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse, wholeBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { startMcpServer } from "../mcp/start-mcp-server.ts";
import { expectResponseStream } from "../schema/expect-response.ts";
import { shareTurnpike } from "./share-turnpike.ts";

const shared = shareTurnpike({
  configFile: {
    profiles: { quiet: { activity: "hidden" } },
    models: { quiet: { profile: "quiet" } },
  },
});

function search() {
  const found = {
    type: "web_search_result",
    url: "https://example.com/a",
    title: "A",
    encrypted_content: "x",
  };
  return reply({
    blocks: [
      wholeBlock({
        type: "server_tool_use",
        id: "srvtoolu_1",
        name: "web_search",
        input: { query: "tolls" },
      }),
      wholeBlock({ type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [found] }),
      textBlock("Found A."),
    ],
  });
}

describe("what Claude Code does by itself", () => {
  test("appears as items, in order, with what really happened", async () => {
    const { upstream, workspace, openai } = shared();
    upstream.clear();
    const mcp = await startMcpServer();
    const file = join(workspace, "notes.txt");
    const task = { description: "look", prompt: "SUBTASK", subagent_type: "general-purpose" };
    const steps = [
      reply({
        blocks: [
          textBlock("I begin."),
          toolUse("Bash", { command: "echo out; echo err >&2", description: "Say" }),
        ],
      }),
      reply({ blocks: [toolUse("Write", { file_path: file, content: "one\ntwo\n" })] }),
      reply({ blocks: [toolUse("Edit", { file_path: file, old_string: "two", new_string: "three" })] }),
      reply({ blocks: [toolUse("Read", { file_path: file })] }),
      reply({ blocks: [toolUse("mcp__dice__roll", { sides: 6 })] }),
      reply({ blocks: [toolUse("WebSearch", { query: "tolls" })] }),
      reply({ blocks: [toolUse("Agent", task)] }),
      text("All done."),
    ];
    let step = 0;
    upstream.respondWith(({ body }) => {
      if (body.tools?.some((tool) => tool.name === "web_search")) return search();
      if (JSON.stringify(body.messages[0]).includes("SUBTASK")) return text("The sub-agent looked.");
      step += 1;
      return steps[step - 1] ?? text("too far");
    });
    const stream = await openai.responses.create({
      model: "claude-code",
      input: "Work.",
      tools: [
        { type: "mcp", server_label: "dice", server_url: mcp.url, require_approval: "never" },
        { type: "web_search" },
      ],
      stream: true,
    });
    const events: ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    const { response } = expectResponseStream(events);
    const kinds = response.output.map((item) => item.type);
    expect(kinds).toEqual([
      "mcp_list_tools",
      "message",
      "shell_call",
      "shell_call_output",
      "apply_patch_call",
      "apply_patch_call_output",
      "apply_patch_call",
      "apply_patch_call_output",
      "reasoning",
      "mcp_call",
      "web_search_call",
      "reasoning",
      "message",
    ]);
    const [, , shell, shellOutput, create, , update, , read, call, web] = response.output;
    expect(shell).toMatchObject({ status: "completed", action: { commands: ["echo out; echo err >&2"] } });
    expect(shellOutput).toMatchObject({
      output: [{ stdout: expect.stringContaining("out"), outcome: { type: "exit", exit_code: 0 } }],
    });
    expect(create).toMatchObject({
      operation: { type: "create_file", path: expect.stringContaining("notes.txt") },
    });
    expect(update).toMatchObject({
      operation: { type: "update_file", diff: expect.stringContaining("+three") },
    });
    expect(await readFile(file, "utf8")).toBe("one\nthree\n");
    expect(JSON.stringify(read)).toContain("notes.txt");
    expect(call).toMatchObject({ name: "roll", output: "roll gave 4" });
    expect(web).toMatchObject({ status: "completed", action: { type: "search", query: "tolls" } });

    // They are no part of the conversation: it goes on hot.
    upstream.respondWith(text("Bye."));
    const next = await openai.responses
      .create({ model: "claude-code", input: "Bye.", previous_response_id: response.id })
      .withResponse();
    expect(next.data.output_text).toBe("Bye.");
    expect(next.response.headers.get("x-turnpike-placement")).toMatch(/hot|resumed/);
  });

  test("appears while it happens", async () => {
    const { upstream, openai } = shared();
    upstream.clear();
    const gate = new Gate();
    upstream.respondWith([
      reply({ blocks: [toolUse("Bash", { command: "echo live", description: "Say" })] }),
      reply({ beforeHeaders: [gate], blocks: [textBlock("Done.")] }),
    ]);
    const stream = await openai.responses.create({ model: "claude-code", input: "Work.", stream: true });
    const items: ResponseOutputItem["type"][] = [];
    for await (const event of stream) {
      if (event.type !== "response.output_item.done") continue;
      items.push(event.item.type);
      // The model goes on only when the client has seen the command's output.
      if (event.item.type === "shell_call_output") gate.release();
    }
    expect(items).toEqual(["shell_call", "shell_call_output", "message"]);
  });

  test("stays out for a profile that hides it", async () => {
    const { upstream, openai } = shared();
    upstream.clear();
    upstream.respondWith([
      reply({ blocks: [textBlock("A."), toolUse("Bash", { command: "echo hidden", description: "Say" })] }),
      text("B."),
    ]);
    const response = await openai.responses.create({ model: "quiet", input: "Work." });
    expect(response.output.map((item) => item.type)).toEqual(["message"]);
    expect(response.output_text).toBe("A.\n\nB.");
  });
});

import { describe, expect, test } from "vitest";

import { expectResponseStream } from "../../../../test/schema/expect-response.ts";
import { headWith, turnEnd, turnOf } from "../../../../test/schema/response-turns.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { TurnEvent } from "../../../core/words/turn-event.ts";
import type { ResponseHead } from "../response-head.ts";
import { ResponseWriter } from "../output/response-writer.ts";
import { type AccountedEnd, toldByClaude } from "../../../../test/engine/told-by-claude.ts";
import { isActivityId } from "./activity-items.ts";

function start(name: string, input: JsonObject, activityId = "toolu_1"): TurnEvent {
  return { type: "activity-start", activityId, name, input };
}

function end(changes: Partial<AccountedEnd> = {}): AccountedEnd {
  return { type: "activity-end", activityId: "toolu_1", isError: false, output: "", ...changes };
}

function write(given: readonly (TurnEvent | AccountedEnd)[], head: Partial<ResponseHead> = {}) {
  const events = toldByClaude(given);
  const writer = new ResponseWriter(headWith(head), () => 2000);
  const all = [...writer.start(), ...turnOf(...events).flatMap((event) => writer.of(event))];
  const { response } = expectResponseStream(all);
  return { output: response.output, types: all.map(({ type }) => type), writer };
}

/** The output items of a turn that ends with a text. */
function itemsOf(events: readonly (TurnEvent | AccountedEnd)[], head: Partial<ResponseHead> = {}) {
  const { output } = write([...events, { type: "text-delta", text: "Done." }, turnEnd()], head);
  return output.slice(0, -1);
}

test("a command and its output", () => {
  const details = { stdout: "a.txt", stderr: "", interrupted: false };
  const events = [start("Bash", { command: "ls", timeout: 5000 }), end({ output: "a.txt", details })];
  expect(itemsOf(events)).toEqual([
    {
      id: "sh_act_abc_0",
      type: "shell_call",
      status: "completed",
      call_id: "call_act_toolu_1",
      action: { commands: ["ls"], timeout_ms: 5000, max_output_length: null },
      environment: { type: "container_reference", container_id: "cntr_abc" },
    },
    {
      id: "sho_act_abc_1",
      type: "shell_call_output",
      status: "completed",
      call_id: "call_act_toolu_1",
      output: [{ stdout: "a.txt", stderr: "", outcome: { type: "exit", exit_code: 0 } }],
      max_output_length: null,
    },
  ]);
});

test("the events of a command", () => {
  const { types } = write([start("Bash", { command: "ls" }), end({ output: "a.txt" }), turnEnd()]);
  expect(types.slice(2, 11)).toEqual([
    "response.output_item.added",
    "response.shell_call_command.added",
    "response.shell_call_command.delta",
    "response.shell_call_command.done",
    "response.output_item.done",
    "response.output_item.added",
    "response.shell_call_output_content.delta",
    "response.shell_call_output_content.done",
    "response.output_item.done",
  ]);
});

test("a command for a client that asked for a code interpreter", () => {
  const head = {
    showsActivity: false,
    hostedTools: new Set(["code_interpreter"] as const),
    containerId: "cntr_1",
  };
  const command = "python3 -c 'print(1)'";
  expect(itemsOf([start("Bash", { command }), end({ output: "1" })], head)).toEqual([
    {
      id: "ci_act_abc_0",
      type: "code_interpreter_call",
      status: "completed",
      code: command,
      container_id: "cntr_1",
      outputs: [{ type: "logs", logs: "1" }],
    },
  ]);
  const failed = end({ isError: true, output: "Exit code 1\nTraceback" });
  expect(itemsOf([start("Bash", { command }), failed], head)).toMatchObject([
    { status: "failed", outputs: [{ type: "logs", logs: "Traceback" }] },
  ]);
});

test("a file that is written, and one that is edited", () => {
  const patch = [{ lines: [" a", "-b", "+c"] }];
  expect(
    itemsOf([
      start("Write", { file_path: "/w/new.txt", content: "a\n" }),
      end({ output: "Written.", details: { type: "create", filePath: "/w/new.txt", content: "a\n" } }),
      start("Edit", { file_path: "/w/new.txt", old_string: "b", new_string: "c" }, "toolu_2"),
      end({ activityId: "toolu_2", details: { filePath: "/w/new.txt", structuredPatch: patch } }),
    ]),
  ).toEqual([
    {
      id: "apc_act_abc_0",
      type: "apply_patch_call",
      status: "completed",
      call_id: "call_act_toolu_1",
      operation: { type: "create_file", path: "new.txt", diff: "+a\n+" },
    },
    {
      id: "apco_act_abc_1",
      type: "apply_patch_call_output",
      status: "completed",
      call_id: "call_act_toolu_1",
      output: "Written.",
    },
    expect.objectContaining({
      operation: { type: "update_file", path: "new.txt", diff: "@@\n a\n-b\n+c" },
    }),
    expect.objectContaining({ type: "apply_patch_call_output", call_id: "call_act_toolu_2" }),
  ]);
});

test("an edit that failed", () => {
  const events = [
    start("Edit", { file_path: "/other/a.txt", old_string: "b", new_string: "c" }),
    end({ isError: true, output: "String to replace not found." }),
  ];
  expect(itemsOf(events)).toMatchObject([
    { status: "completed", operation: { path: "/other/a.txt", diff: "@@\n-b\n+c" } },
    { status: "failed", output: "String to replace not found." },
  ]);
});

test("a search, and a text that cites what it found", () => {
  const url = "https://tea.example/";
  const details = { results: [{ tool_use_id: "x", content: [{ title: "Tea", url }] }] };
  const text = `Good, says [tea](${url}).`;
  const { output, types } = write(
    [start("WebSearch", { query: "tea" }), end({ details }), { type: "text-delta", text }, turnEnd()],
    { include: new Set(["web_search_call.action.sources"]) },
  );
  expect(output).toMatchObject([
    {
      id: "ws_act_abc_0",
      type: "web_search_call",
      status: "completed",
      action: { type: "search", query: "tea", queries: ["tea"], sources: [{ type: "url", url }] },
    },
    {
      content: [
        { annotations: [{ type: "url_citation", url, title: "Tea", start_index: 11, end_index: 38 }] },
      ],
    },
  ]);
  expect(types.slice(2, 7)).toEqual([
    "response.output_item.added",
    "response.web_search_call.in_progress",
    "response.web_search_call.searching",
    "response.web_search_call.completed",
    "response.output_item.done",
  ]);
  expect(types).toContain("response.output_text.annotation.added");
});

test("a page that is read", () => {
  const url = "https://tea.example/";
  expect(itemsOf([start("WebFetch", { url, prompt: "?" }), end()])).toMatchObject([
    { type: "web_search_call", status: "completed", action: { type: "open_page", url } },
  ]);
  expect(itemsOf([start("WebFetch", { url, prompt: "?" }), end({ isError: true })])).toMatchObject([
    { status: "failed" },
  ]);
});

test("a call of an MCP tool", () => {
  expect(itemsOf([start("mcp__crm__find__all", { id: 1 }), end({ output: "Found." })])).toEqual([
    {
      id: "mcp_act_abc_0",
      type: "mcp_call",
      status: "completed",
      approval_request_id: null,
      server_label: "crm",
      name: "find__all",
      arguments: '{"id":1}',
      error: null,
      output: "Found.",
    },
  ]);
  expect(itemsOf([start("mcp__crm__find", {}), end({ isError: true, output: "No." })])).toMatchObject([
    {
      status: "failed",
      output: null,
      error: { type: "mcp_tool_execution_error", content: [{ type: "text", text: "No." }] },
    },
  ]);
});

test("a call that the client has allowed names the request for it", () => {
  const server = {
    label: "a.b",
    url: "https://crm.example",
    headers: {},
    approval: { type: "list", always: ["find"] },
  } as const;
  const head = { mcpServers: [server], approvedIds: ["mcpr_toolu_0", "mcpr_toolu_1"], showsActivity: false };
  const events = [
    start("mcp__a_b__find", {}),
    end({ output: "Found." }),
    start("mcp__a_b__find", {}, "toolu_other"),
    end({ activityId: "toolu_other", output: "Found." }),
    start("mcp__a_b__list", {}, "toolu_2"),
    end({ activityId: "toolu_2", output: "Listed." }),
  ];
  expect(itemsOf(events, head)).toMatchObject([
    { server_label: "a.b", name: "find", approval_request_id: "mcpr_toolu_1" },
    { server_label: "a.b", name: "find", approval_request_id: "mcpr_toolu_0" },
    { server_label: "a.b", name: "list", approval_request_id: null },
  ]);
});

test.each([
  ["Read", { file_path: "/w/notes.txt" }, "Read notes.txt"],
  ["Glob", { pattern: "**/*.ts" }, "Looked for files: **/*.ts"],
  ["Grep", { pattern: "TODO" }, "Searched for: TODO"],
  ["Agent", { description: "Look\naround", prompt: "…" }, "Sub-agent: Look around"],
  ["Skill", { skill: "pdf" }, "Used the skill pdf"],
  ["TodoWrite", {}, "Updated the list of tasks"],
  ["compaction", {}, "Summarised the conversation so far"],
  ["LSP", {}, "Used the tool LSP"],
  ["Grep", { pattern: "x".repeat(500) }, `Searched for: ${"x".repeat(185)}…`],
])("%s is a line of reasoning", (name, input, line) => {
  expect(itemsOf([start(name, input), end()])).toEqual([
    {
      id: "rs_act_abc_0",
      type: "reasoning",
      status: "completed",
      summary: [{ type: "summary_text", text: line }],
    },
  ]);
});

test("what runs side by side begins in order and is done as it ends", () => {
  const { output, types } = write([
    start("Read", { file_path: "a" }, "one"),
    start("Bash", { command: "ls" }, "two"),
    end({ activityId: "two" }),
    end({ activityId: "one" }),
    turnEnd(),
  ]);
  expect(output.map(({ type }) => type)).toEqual(["reasoning", "shell_call", "shell_call_output", "message"]);
  expect(types.filter((type) => type.startsWith("response.output_item"))).toEqual([
    "response.output_item.added",
    "response.output_item.added",
    "response.output_item.done",
    "response.output_item.added",
    "response.output_item.done",
    "response.output_item.done",
    "response.output_item.added",
    "response.output_item.done",
  ]);
});

test("what has not ended when the turn does", () => {
  const { output } = write([
    start("Bash", { command: "sleep 60" }, "a"),
    start("Write", { file_path: "/w/a", content: "" }, "b"),
    start("WebSearch", { query: "tea" }, "c"),
    start("mcp__crm__find", {}, "d"),
    start("Read", { file_path: "/w/a" }, "e"),
    { type: "turn-error", error: { kind: "timeout", message: "Too slow." }, usage: NO_TOKENS, costUsd: 0 },
  ]);
  expect(output.map((item) => [item.type, "status" in item && item.status])).toEqual([
    ["shell_call", "incomplete"],
    ["apply_patch_call", "completed"],
    ["web_search_call", "failed"],
    ["mcp_call", "incomplete"],
    ["reasoning", "incomplete"],
    ["apply_patch_call_output", "failed"],
  ]);
});

test("what is under way can be seen", () => {
  const writer = new ResponseWriter(headWith(), () => 2000);
  writer.start();
  for (const event of toldByClaude([start("Bash", { command: "sleep 60" })])) writer.of(event);
  writer.of({ type: "text-delta", text: "Wait" });
  expect(writer.body["output"]).toMatchObject([
    { type: "shell_call", status: "in_progress", action: { commands: ["sleep 60"] } },
    { type: "message", status: "in_progress", content: [{ text: "Wait" }] },
  ]);
});

test("nothing is shown to a client that wants none of it, and the text is not cut", () => {
  const events: readonly TurnEvent[] = [
    { type: "text-delta", text: "One." },
    start("Bash", { command: "ls" }),
    end({ output: "a.txt" }),
    { type: "text-delta", text: "\n\nTwo." },
    turnEnd(),
  ];
  expect(write(events, { showsActivity: false }).output).toMatchObject([
    { content: [{ text: "One.\n\nTwo." }] },
  ]);
  const hosted = { showsActivity: false, hostedTools: new Set(["shell"] as const) };
  expect(write(events, hosted).output).toHaveLength(4);
});

const NO_TOKENS = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

const CHANGES: TurnEvent = {
  type: "file-changes",
  changes: [
    { type: "changed", path: "a.txt", diff: "@@ -1 +1 @@\n-a\n+b\n" },
    { type: "changed", path: "b.txt", diff: "@@ -1 +1 @@\n-x\n+y\n", contentId: "file_1" },
    { type: "deleted", path: "old.txt" },
  ],
  isComplete: true,
};

test("files that commands changed are items, unless a tool has told of them", () => {
  const edit = { file_path: "/elsewhere/a.txt", old_string: "a", new_string: "b" };
  const change = { type: "changed", path: "a.txt" } as const;
  const events: TurnEvent[] = [
    start("Edit", edit),
    end(),
    { type: "file-change", activityId: "toolu_1", change },
    CHANGES,
    turnEnd(),
  ];
  const { output, writer } = write([{ type: "text-delta", text: "Done." }, ...events]);
  expect(output.slice(3)).toEqual([
    {
      id: "apc_act_abc_3",
      type: "apply_patch_call",
      call_id: "call_act_abc_3",
      status: "completed",
      operation: { type: "update_file", path: "b.txt", diff: "@@\n-x\n+y" },
    },
    {
      id: "apco_act_abc_4",
      type: "apply_patch_call_output",
      call_id: "call_act_abc_3",
      status: "completed",
      output: "",
    },
    expect.objectContaining({ operation: { type: "delete_file", path: "old.txt" } }),
    expect.objectContaining({ type: "apply_patch_call_output", call_id: "call_act_abc_5" }),
  ]);
  expect(output.filter(({ id }) => !isActivityId(id))).toMatchObject([{ type: "message" }]);
  expect(writer.body["claude"]).toEqual({
    file_changes: [
      { type: "changed", path: "a.txt", diff: "@@ -1 +1 @@\n-a\n+b\n" },
      { type: "changed", path: "b.txt", diff: "@@ -1 +1 @@\n-x\n+y\n", content_id: "file_1" },
      { type: "deleted", path: "old.txt" },
    ],
  });
});

test("nothing of the files is told where activity is hidden", () => {
  const head = { showsActivity: false };
  const { output, writer, types } = write([{ type: "text-delta", text: "Done." }, CHANGES, turnEnd()], head);
  expect(output).toHaveLength(1);
  expect(writer.body).not.toHaveProperty("claude");
  expect(types.filter((type) => type.startsWith("response.claude."))).toEqual([]);
});

test("of very many files only some are items, and the response has them all", () => {
  const changes = Array.from({ length: 500 }, (_, index) => ({ type: "created" as const, path: `${index}` }));
  const { output, writer } = write([{ type: "file-changes", changes, isComplete: false }, turnEnd()]);
  expect(output.filter(({ type }) => type === "apply_patch_call")).toHaveLength(100);
  expect(writer.body["claude"]).toMatchObject({
    file_changes: changes,
    file_changes_incomplete: true,
  });
});

describe("when the client itself is asked about calls", () => {
  const head = { asksClient: true };
  const asked: TurnEvent = {
    type: "approval-request",
    approvalId: "mcpr_toolu_1",
    serverLabel: "claude-code",
    toolName: "Bash",
    input: { command: "npm test" },
  };

  test("a call that waits is its request and nothing else", () => {
    const events = [start("Bash", { command: "npm test" }), asked, turnEnd({ reason: "tool-calls" })];
    expect(write(events, head).output).toEqual([
      {
        id: "mcpr_toolu_1",
        type: "mcp_approval_request",
        server_label: "claude-code",
        name: "Bash",
        arguments: '{"command":"npm test"}',
      },
    ]);
  });

  test.each(["Write", "Edit", "WebFetch", "mcp__crm__find"])("%s, too", (name) => {
    const events = [start(name, {}), { ...asked, toolName: name }, turnEnd({ reason: "tool-calls" })];
    expect(write(events, head).output.map(({ type }) => type)).toEqual(["mcp_approval_request"]);
  });

  test("a call that needs no word is written when it has ended", () => {
    const events = [start("Bash", { command: "ls" }), end({ output: "a.txt" })];
    expect(itemsOf(events, head).map(({ type }) => type)).toEqual(["shell_call", "shell_call_output"]);
    const { types } = write([...events.slice(0, 1), turnEnd()], head);
    expect(types).not.toContain("response.shell_call_command.added");
  });

  test("or when it has been running for a while", () => {
    const progress: TurnEvent = {
      type: "activity-progress",
      activityId: "toolu_1",
      name: "Bash",
      elapsedMs: 10_000,
    };
    const running = [start("Bash", { command: "sleep 60" }), progress];
    expect(write([...running, turnEnd()], head).output[0]).toMatchObject({
      type: "shell_call",
      status: "incomplete",
    });
    const done = itemsOf([...running, progress, end({ output: "" })], head);
    expect(done.map(({ type }) => type)).toEqual(["shell_call", "shell_call_output"]);
  });
});

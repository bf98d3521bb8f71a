import { expect, test } from "vitest";

import { expectResponseStream } from "../../../../test/schema/expect-response.ts";
import { headWith, turnEnd, turnOf } from "../../../../test/schema/response-turns.ts";
import type { TurnEvent } from "../../../core/words/turn-event.ts";
import type { ResponseHead } from "../response-head.ts";
import { ResponseWriter } from "./response-writer.ts";

const USAGE = {
  inputTokens: 10,
  cacheReadTokens: 100,
  cacheWriteTokens: 5,
  outputTokens: 20,
  reasoningTokens: 8,
};

/** The checked stream of a turn. */
function write(events: readonly TurnEvent[], head: Partial<ResponseHead> = {}) {
  const writer = new ResponseWriter(headWith(head), () => 2_000_999);
  const all = [...writer.start(), ...turnOf(...events).flatMap((event) => writer.of(event))];
  const { response } = expectResponseStream(all);
  // As plain objects: the checks above have verified their types.
  const shown = all.map(({ sequence_number: _number, response: _response, ...event }) => event);
  return { response, output: response.output, events: shown, types: shown.map(({ type }) => type) };
}

test("a text", () => {
  const { events, response } = write([
    { type: "text-delta", text: "Hel" },
    { type: "text-delta", text: "lo." },
    turnEnd({ usage: USAGE }),
  ]);
  const part = { type: "output_text", text: "Hello.", annotations: [], logprobs: [] };
  const item = { id: "msg_abc_0", type: "message", status: "completed", role: "assistant", content: [part] };
  const place = { item_id: "msg_abc_0", output_index: 0, content_index: 0 };
  expect(events).toEqual([
    { type: "response.created" },
    { type: "response.in_progress" },
    {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, status: "in_progress", content: [] },
    },
    { type: "response.content_part.added", ...place, part: { ...part, text: "" } },
    { type: "response.output_text.delta", ...place, delta: "Hel", logprobs: [] },
    { type: "response.output_text.delta", ...place, delta: "lo.", logprobs: [] },
    { type: "response.output_text.done", ...place, text: "Hello.", logprobs: [] },
    { type: "response.content_part.done", ...place, part },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed" },
  ]);
  expect(response).toMatchObject({
    id: "resp_abc",
    object: "response",
    created_at: 1000,
    completed_at: 2000,
    status: "completed",
    model: "claude",
    error: null,
    incomplete_details: null,
    output: [item],
    usage: {
      input_tokens: 115,
      input_tokens_details: { cached_tokens: 100, cache_write_tokens: 5 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 8 },
      total_tokens: 135,
    },
  });
});

const THINKING: readonly TurnEvent[] = [
  { type: "reasoning-delta", text: "Let me " },
  { type: "reasoning-delta", text: "see." },
  { type: "reasoning-end", signature: "signed", model: "claude-x" },
  { type: "text-delta", text: "Yes." },
  turnEnd(),
];

test("thinking is a summary, with what the client can send back", () => {
  const { output, types } = write(THINKING, { include: new Set(["reasoning.encrypted_content"]) });
  expect(output[0]).toEqual({
    id: "rs_abc_0",
    type: "reasoning",
    status: "completed",
    summary: [{ type: "summary_text", text: "Let me see." }],
    encrypted_content: 'sealed:{"text":"Let me see.","signature":"signed","model":"claude-x"}',
  });
  expect(types.slice(2, 9)).toEqual([
    "response.output_item.added",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_text.delta",
    "response.reasoning_summary_text.delta",
    "response.reasoning_summary_text.done",
    "response.reasoning_summary_part.done",
    "response.output_item.done",
  ]);
});

test("thinking of a client that did not ask for it has no text", () => {
  const { output } = write(THINKING, { showsReasoning: false });
  expect(output).toMatchObject([{ type: "reasoning", summary: [] }, { type: "message" }]);
  expect(output[0]).not.toHaveProperty("encrypted_content");
});

test("thinking that nobody can read", () => {
  const include = new Set(["reasoning.encrypted_content"]);
  const hidden: TurnEvent = { type: "reasoning-redacted", data: "hidden", model: "claude-x" };
  const { output } = write([hidden, turnEnd()], { include });
  expect(output[0]).toMatchObject({
    summary: [],
    encrypted_content: 'sealed:{"data":"hidden","model":"claude-x"}',
  });
});

function call(name: string, ...pieces: readonly string[]): readonly TurnEvent[] {
  return [
    { type: "tool-call-start", callId: "call_1", name },
    ...pieces.map((text): TurnEvent => ({ type: "tool-call-delta", callId: "call_1", text })),
    { type: "tool-call-end", callId: "call_1", name, arguments: pieces.join("") },
    turnEnd({ reason: "tool-calls" }),
  ];
}

test("a function", () => {
  const { output, events, response } = write(call("look", '{"at":', '"this"}'));
  expect(response.status).toBe("completed");
  expect(output).toEqual([
    {
      id: "fc_abc_0",
      type: "function_call",
      status: "completed",
      call_id: "call_1",
      name: "look",
      arguments: '{"at":"this"}',
    },
  ]);
  const place = { item_id: "fc_abc_0", output_index: 0 };
  expect(events.slice(3, 6)).toEqual([
    { type: "response.function_call_arguments.delta", ...place, delta: '{"at":' },
    { type: "response.function_call_arguments.delta", ...place, delta: '"this"}' },
    { type: "response.function_call_arguments.done", ...place, name: "look", arguments: '{"at":"this"}' },
  ]);
});

test("a function of a namespace has the name that the client gave it, one that nobody declared its own", () => {
  expect(write(call("crm__find", "{}")).output[0]).toMatchObject({ name: "find", namespace: "crm" });
  expect(write(call("unknown", "{}")).output[0]).toMatchObject({ type: "function_call", name: "unknown" });
});

test("arguments that come at the end only", () => {
  const { types, output } = write([
    { type: "tool-call-start", callId: "call_1", name: "look" },
    { type: "tool-call-end", callId: "call_1", name: "look", arguments: "{}" },
    turnEnd({ reason: "tool-calls" }),
  ]);
  expect(output[0]).toMatchObject({ arguments: "{}" });
  expect(types).toContain("response.function_call_arguments.delta");
});

test("a custom tool is given its text as it comes", () => {
  const { output, events } = write(call("write", '{"inp', 'ut": "one\\', 'ntwo"}'));
  expect(output).toEqual([
    {
      id: "ctc_abc_0",
      type: "custom_tool_call",
      status: "completed",
      call_id: "call_1",
      name: "write",
      input: "one\ntwo",
    },
  ]);
  expect(events.filter(({ type }) => type.endsWith(".delta")).map((event) => event["delta"])).toEqual([
    "one",
    "\ntwo",
  ]);
});

test("a custom tool is given arguments without input as they are", () => {
  expect(write(call("write", '{"text":"a"}')).output[0]).toMatchObject({ input: '{"text":"a"}' });
});

test.each([
  [
    "shell",
    '{"commands":["ls","pwd"],"timeout_ms":1000}',
    {
      id: "sh_abc_0",
      type: "shell_call",
      status: "completed",
      call_id: "call_1",
      action: { commands: ["ls", "pwd"], timeout_ms: 1000, max_output_length: null },
      environment: { type: "local" },
    },
  ],
  [
    "local_shell",
    '{"command":["ls","-l"],"env":{"A":"1"},"working_directory":"/w","timeout_ms":null}',
    {
      id: "lsh_abc_0",
      type: "local_shell_call",
      status: "completed",
      call_id: "call_1",
      action: { type: "exec", command: ["ls", "-l"], env: { A: "1" }, working_directory: "/w" },
    },
  ],
  [
    "apply_patch",
    '{"type":"update_file","path":"a.txt","diff":"@@\\n-a\\n+b"}',
    {
      id: "apc_abc_0",
      type: "apply_patch_call",
      status: "completed",
      call_id: "call_1",
      operation: { type: "update_file", path: "a.txt", diff: "@@\n-a\n+b" },
    },
  ],
  [
    "apply_patch",
    '{"operation":{"type":"delete_file","path":"a.txt"}}',
    { operation: { type: "delete_file", path: "a.txt" } },
  ],
])("a call of %s", (name, args, expected) => {
  expect(write(call(name, args)).output).toMatchObject([expected]);
  // Refusing malformed arguments is up to the client.
  write(call(name, "not json"));
  write(call(name, "[]"));
});

test("text after a call is an item of its own", () => {
  const events = call("look", "{}").slice(0, -1);
  const { output } = write([
    { type: "text-delta", text: "One." },
    ...events,
    { type: "text-delta", text: "\n" },
    { type: "text-delta", text: "\nTwo." },
    turnEnd(),
  ]);
  expect(output).toMatchObject([
    { id: "msg_abc_0", content: [{ text: "One." }] },
    { id: "fc_abc_1" },
    { id: "msg_abc_2", content: [{ text: "Two." }] },
  ]);
});

test("an answer that says nothing is a message without text", () => {
  expect(write([turnEnd()]).output).toMatchObject([{ type: "message", content: [{ text: "" }] }]);
});

test("the token limit leaves the last item incomplete", () => {
  const { response, types } = write([{ type: "text-delta", text: "Half" }, turnEnd({ reason: "length" })]);
  expect(types.at(-1)).toBe("response.incomplete");
  expect(response).toMatchObject({
    status: "incomplete",
    completed_at: null,
    incomplete_details: { reason: "max_output_tokens" },
    output: [{ status: "incomplete", content: [{ text: "Half" }] }],
  });
});

test("a call that the token limit cuts", () => {
  const [start, piece] = call("look", '{"at":');
  if (!start || !piece) throw new Error("A call has a start and a piece.");
  const { output } = write([start, piece, turnEnd({ reason: "length" })]);
  expect(output).toMatchObject([{ type: "function_call", status: "incomplete", arguments: '{"at":' }]);
});

test("a refusal is said to be one", () => {
  const { response, types } = write([
    { type: "turn-error", error: { kind: "refusal", message: "I cannot." }, usage: USAGE, costUsd: 0 },
  ]);
  expect(types).not.toContain("error");
  expect(types.at(-1)).toBe("response.failed");
  expect(response).toMatchObject({
    status: "failed",
    error: { code: "invalid_prompt", message: "I cannot." },
    output: [{ type: "message", content: [{ type: "refusal", refusal: "I cannot." }] }],
    usage: { total_tokens: 135 },
  });
});

test("a failure is told by an event and by the response", () => {
  const { response, events } = write([
    { type: "text-delta", text: "Half" },
    {
      type: "turn-error",
      error: { kind: "upstream-overloaded", message: "Overloaded." },
      usage: { ...USAGE },
      costUsd: 0,
    },
  ]);
  expect(events.slice(-2)).toEqual([
    {
      type: "error",
      code: "overloaded",
      message: "Overloaded.",
      param: null,
      error: { type: "server_error", code: "overloaded", message: "Overloaded.", param: null },
    },
    { type: "response.failed" },
  ]);
  expect(response).toMatchObject({
    status: "failed",
    error: { code: "server_error", message: "Overloaded." },
    output: [{ status: "incomplete" }],
  });
});

test("a background response is queued until its turn starts", () => {
  const writer = new ResponseWriter(headWith({ isBackground: true }), () => 2000);
  expect(writer.start().map(({ type }) => type)).toEqual(["response.created", "response.queued"]);
  expect(writer.body).toMatchObject({ status: "queued", background: true });
  const [started] = turnOf(turnEnd()).flatMap((event) => writer.of(event));
  expect(started).toMatchObject({
    type: "response.in_progress",
    sequence_number: 2,
    response: { status: "in_progress" },
  });
});

test("a response that is cancelled ends so, once", () => {
  const writer = new ResponseWriter(headWith(), () => 2000);
  const events = [...writer.start(), ...writer.of({ type: "text-delta", text: "Half" }), ...writer.cancel()];
  const { response } = expectResponseStream(events);
  expect(response).toMatchObject({ status: "cancelled", output: [{ status: "incomplete" }] });
  expect(writer.cancel()).toEqual([]);
  expect(writer.of(turnEnd())).toEqual([]);
});

test("a server's tools, and a call of one that waits for the client's word", () => {
  const server = {
    label: "the crm",
    url: "https://crm.example",
    headers: {},
    approval: { type: "always" },
  } as const;
  const { output } = write(
    [
      {
        type: "mcp-tools",
        serverLabel: "the crm",
        tools: [{ name: "find", description: "Finds.", inputSchema: { type: "object" } }],
      },
      {
        type: "activity-start",
        activityId: "toolu_1",
        name: "mcp__the_crm__find",
        input: { id: 1 },
        work: { type: "mcp-call", server: "the_crm", tool: "find" },
      },
      {
        type: "approval-request",
        approvalId: "mcpr_toolu_1",
        serverLabel: "the crm",
        toolName: "find",
        input: { id: 1 },
      },
      turnEnd({ reason: "tool-calls" }),
    ],
    { showsActivity: false, mcpServers: [server] },
  );
  expect(output).toEqual([
    {
      id: "mcpl_act_abc_0",
      type: "mcp_list_tools",
      server_label: "the crm",
      tools: [{ name: "find", description: "Finds.", input_schema: { type: "object" } }],
    },
    {
      id: "mcpr_toolu_1",
      type: "mcp_approval_request",
      server_label: "the crm",
      name: "find",
      arguments: '{"id":1}',
    },
  ]);
});

test("what waits for a person, runs and changes files is told to a client that asked for it", () => {
  const change = { type: "changed" as const, path: "a.ts", diff: "@@ -1 +1 @@\n-a\n+b\n" };
  const turn: readonly TurnEvent[] = [
    {
      type: "permission-request",
      approvalId: "appr_1",
      activityId: "toolu_1",
      toolName: "Bash",
      input: { command: "npm test" },
      summary: "Run npm test",
      alwaysAllows: ["Bash(npm test)"],
      expiresAt: 1_300_500,
    },
    { type: "permission-resolved", approvalId: "appr_1", outcome: "timed-out" },
    { type: "activity-progress", activityId: "toolu_1", name: "Bash", elapsedMs: 30_000 },
    { type: "file-change", activityId: "toolu_2", change },
    { type: "file-changes", changes: [], isComplete: false },
    { type: "text-delta", text: "Done." },
    turnEnd(),
  ];
  const own = write(turn, { tellsAgent: true }).events.filter(({ type }) =>
    type.startsWith("response.claude."),
  );
  expect(own).toEqual([
    {
      type: "response.claude.approval_requested",
      approval: {
        id: "appr_1",
        status: "waiting",
        call_id: "call_act_toolu_1",
        tool: "Bash",
        input: { command: "npm test" },
        summary: "Run npm test",
        always_allows: ["Bash(npm test)"],
        expires_at: 1300,
      },
    },
    { type: "response.claude.approval_resolved", approval: { id: "appr_1", status: "timed_out" } },
    {
      type: "response.claude.activity_progress",
      activity: { id: "toolu_1", call_id: "call_act_toolu_1", name: "Bash", elapsed_ms: 30_000 },
    },
    {
      type: "response.claude.file_change",
      file_change: { activity_id: "toolu_2", type: "changed", path: "a.ts", diff: change.diff },
    },
    { type: "response.claude.file_changes", file_changes: [], file_changes_incomplete: true },
  ]);
  expect(write(turn).types.filter((type) => type.startsWith("response.claude."))).toEqual([]);
});

test.each([
  ["max-turns", "max_turns"],
  ["max-budget", "max_budget"],
] as const)("a turn that ends by %s is incomplete", (reason, word) => {
  const { response } = write([{ type: "text-delta", text: "I beg" }, turnEnd({ reason })]);
  expect(response).toMatchObject({
    status: "incomplete",
    incomplete_details: { reason: "max_output_tokens" },
    claude: { stop_reason: word },
    output: [{ type: "message", status: "incomplete" }],
  });
});

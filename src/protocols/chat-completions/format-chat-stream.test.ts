import { expect, test } from "vitest";

import { toldByClaude } from "../../../test/engine/told-by-claude.ts";
import type { ConversationId, TurnId } from "../../core/words/ids.ts";
import type { StopReason, TurnEvent } from "../../core/words/turn-event.ts";
import { NO_USAGE } from "../../core/words/usage.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import type { Stage } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import type { BranchEvent } from "../branch-event.ts";
import { captureChatCompletion } from "./capture-chat-completion.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import type { ChatCompletionBody } from "./chat-completion-builder.ts";
import { encodeChatStream } from "./encode-chat-stream.ts";
import { formatChatCompletion } from "./format-chat-completion.ts";
import { ChatStream } from "./format-chat-stream.ts";

// Proof for the casts: these ids belong to nothing else.
const ANSWER: ChatAnswer = {
  turnId: "turn_abc" as TurnId,
  modelId: "sonnet",
  createdAt: 1_700_000_000_999,
  branchCount: 1,
  isLegacyFunctions: false,
  tellsAgent: true,
};
const START: TurnEvent = {
  type: "turn-start",
  turnId: ANSWER.turnId,
  conversationId: "conv_1" as ConversationId,
  conversationName: "conv_1",
  placement: "spare",
  workspace: "/w",
};
const USAGE = {
  inputTokens: 1,
  cacheReadTokens: 2,
  cacheWriteTokens: 4,
  outputTokens: 8,
  reasoningTokens: 3,
};
const FAILURE: TurnEvent = {
  type: "turn-error",
  error: { kind: "queue-full", message: "Full." },
  usage: NO_USAGE,
  costUsd: 0,
};

const text = (words: string): TurnEvent => ({ type: "text-delta", text: words });
const end = (reason: StopReason): TurnEvent => ({ type: "turn-end", reason, usage: USAGE, costUsd: 0 });

function call(callId: string, name: string, ...pieces: readonly string[]): TurnEvent[] {
  return [
    { type: "tool-call-start", callId, name },
    ...pieces.map((piece): TurnEvent => ({ type: "tool-call-delta", callId, text: piece })),
    { type: "tool-call-end", callId, name, arguments: pieces.join("") },
  ];
}

async function* play(events: readonly BranchEvent[]): AsyncGenerator<BranchEvent> {
  yield* events;
}

async function streamOf(
  events: readonly BranchEvent[],
  given: Partial<ChatAnswer> = {},
  includeUsage = false,
) {
  return Array.fromAsync(through(play(events), new ChatStream({ ...ANSWER, ...given }, { includeUsage })));
}

/** The deltas of the chunks, without the fields that all chunks repeat. */
async function deltasOf(events: readonly BranchEvent[], given: Partial<ChatAnswer> = {}) {
  const chunks = await streamOf(events, given);
  return chunks.map((chunk) => {
    if (!("choices" in chunk)) return chunk;
    const [choice] = chunk.choices;
    return choice?.finish_reason ? [choice.delta, choice.finish_reason] : choice?.delta;
  });
}

async function messageOf(events: readonly BranchEvent[], given: Partial<ChatAnswer> = {}) {
  const body = await formatChatCompletion(play(events), { ...ANSWER, ...given });
  return { ...body.choices[0]?.message, finish_reason: body.choices[0]?.finish_reason };
}

const keepNothing = () => expect.unreachable("kept");
const captureNothing = () => captureChatCompletion(ANSWER, keepNothing);

const CALLS = [...call("call_1", "read", "", '{"path":', '"a"}'), ...call("call_2", "list", "{}")];

test("a text is told as it comes, between the role and the reason", async () => {
  expect(await deltasOf([START, text("a"), text(""), text("b"), end("length")])).toEqual([
    { role: "assistant", content: "" },
    { content: "a" },
    { content: "b" },
    [{}, "length"],
  ]);
});

/** A chunk of an answer with `include_usage`. */
function chunkOf(index: number, delta: object) {
  const choices = [{ index, delta, logprobs: null, finish_reason: null }];
  return { object: "chat.completion.chunk", usage: null, choices };
}

test("signs of life say nothing, bear the role when they come first, and belong to a choice that is open", async () => {
  const stream = new ChatStream({ ...ANSWER, branchCount: 2 }, { includeUsage: true });
  const given = new PushQueue<BranchEvent>();
  const chunks = through(given, stream);
  const next = async () => (await chunks.next()).value;
  expect(stream.signOfLife()).toMatchObject(chunkOf(0, { role: "assistant", content: null }));
  expect(stream.signOfLife()).toMatchObject(chunkOf(0, {}));
  given.push({ ...text("a"), branch: 0 });
  expect(await next()).toMatchObject(chunkOf(0, { content: "a" }));
  given.push({ ...end("end"), branch: 0 });
  expect(await next()).toMatchObject({ choices: [{ index: 0, finish_reason: "stop" }] });
  expect(stream.signOfLife()).toMatchObject(chunkOf(1, { role: "assistant", content: null }));
  given.push({ ...end("end"), branch: 1 });
  given.end();
  expect(await next()).toMatchObject(chunkOf(1, { content: "" }));
  await next();
  expect(stream.signOfLife()).toBeUndefined();
  expect(await next()).toMatchObject({ choices: [], usage: { completion_tokens: 16 } });
});

test("calls without text have null for content, and each piece its index", async () => {
  expect(await deltasOf([START, ...CALLS, end("tool-calls")])).toEqual([
    { role: "assistant", content: null },
    { tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "read", arguments: "" } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"path":' } }] },
    { tool_calls: [{ index: 0, function: { arguments: '"a"}' } }] },
    { tool_calls: [{ index: 1, id: "call_2", type: "function", function: { name: "list", arguments: "" } }] },
    { tool_calls: [{ index: 1, function: { arguments: "{}" } }] },
    [{}, "tool_calls"],
  ]);
  expect(await messageOf([START, ...CALLS, end("tool-calls")])).toEqual({
    role: "assistant",
    content: null,
    refusal: null,
    annotations: [],
    tool_calls: [
      { id: "call_1", type: "function", function: { name: "read", arguments: '{"path":"a"}' } },
      { id: "call_2", type: "function", function: { name: "list", arguments: "{}" } },
    ],
    finish_reason: "tool_calls",
  });
});

test("text and thinking before a call are kept", async () => {
  const events: TurnEvent[] = [
    START,
    { type: "reasoning-delta", text: "hm" },
    { type: "reasoning-end", signature: "sealed", model: "claude" },
    { type: "reasoning-redacted", data: "hidden", model: "claude" },
    text("I look."),
    ...call("call_1", "read", "{}"),
    end("tool-calls"),
  ];
  expect((await deltasOf(events)).slice(0, 3)).toEqual([
    { role: "assistant", content: null },
    { reasoning_content: "hm" },
    { content: "I look." },
  ]);
  expect(await messageOf(events)).toMatchObject({
    content: "I look.",
    reasoning_content: "hm",
    tool_calls: [{ id: "call_1" }],
  });
});

const ACTIVITY = toldByClaude([
  START,
  { type: "activity-start", activityId: "a", name: "Bash", input: { command: "ls" } },
  { type: "activity-end", activityId: "a", isError: false, output: "a.txt" },
  { type: "reasoning-delta", text: "hm" },
  { type: "activity-start", activityId: "b", name: "Read", input: { file_path: "b.txt" } },
  { type: "activity-end", activityId: "b", isError: true, output: "No such file." },
]);

test("what Claude Code does by itself is not told unless the client asks", async () => {
  expect(await deltasOf([...ACTIVITY, text("Done."), end("end")])).toEqual([
    { role: "assistant", content: null },
    { reasoning_content: "hm" },
    { content: "Done." },
    [{}, "stop"],
  ]);
  expect(await messageOf([...ACTIVITY, text("Done."), end("end")])).not.toHaveProperty("claude");
});

test("activity in its field: its beginning, then its end; in a body the whole of it", async () => {
  const field = { activity: "field" } as const;
  const events = [...ACTIVITY, text("Done."), end("end")];
  expect(await deltasOf(events, field)).toEqual([
    { role: "assistant", content: null },
    { claude: { activity: { id: "a", name: "Bash", input: '{"command":"ls"}', status: "in_progress" } } },
    { claude: { activity: { id: "a", status: "completed", output: "a.txt" } } },
    { reasoning_content: "hm" },
    {
      claude: { activity: { id: "b", name: "Read", input: '{"file_path":"b.txt"}', status: "in_progress" } },
    },
    { claude: { activity: { id: "b", status: "failed", output: "No such file." } } },
    { content: "Done." },
    [{}, "stop"],
  ]);
  const message = await messageOf(events, field);
  expect(message).toMatchObject({ content: "Done.", reasoning_content: "hm" });
  expect(message.claude).toEqual({
    activity: [
      { id: "a", name: "Bash", input: '{"command":"ls"}', status: "completed", output: "a.txt" },
      { id: "b", name: "Read", input: '{"file_path":"b.txt"}', status: "failed", output: "No such file." },
    ],
  });
  expect(await messageOf([START, end("end")], field)).not.toHaveProperty("claude");
});

test("activity as lines of the thinking", async () => {
  const lines = { activity: "reasoning" } as const;
  const events = [...ACTIVITY, text("Done."), end("end")];
  expect(await deltasOf(events, lines)).toEqual([
    { role: "assistant", content: null },
    { reasoning_content: "Bash: ls\n" },
    { reasoning_content: "hm" },
    { reasoning_content: "\nRead: b.txt\n" },
    { reasoning_content: "Read: b.txt (failed)\n" },
    { content: "Done." },
    [{}, "stop"],
  ]);
  const message = await messageOf(events, lines);
  expect(message).toMatchObject({
    content: "Done.",
    reasoning_content: "Bash: ls\nhm\nRead: b.txt\nRead: b.txt (failed)\n",
  });
  expect(message).not.toHaveProperty("claude");
});

test("an answer of nothing but activity is an empty text; calls after activity have null", async () => {
  const field = { activity: "field" } as const;
  expect((await deltasOf([...ACTIVITY, end("end")], field)).slice(-2)).toEqual([
    { content: "" },
    [{}, "stop"],
  ]);
  expect(await messageOf([...ACTIVITY, end("end")], field)).toMatchObject({ content: "" });
  const called = [...ACTIVITY, ...CALLS, end("tool-calls")];
  expect(await deltasOf(called, { ...field, isLegacyFunctions: true })).toContainEqual({
    function_call: { name: "read", arguments: "" },
  });
  expect(await messageOf(called, field)).toMatchObject({
    content: null,
    claude: { activity: [{ id: "a" }, { id: "b" }] },
    tool_calls: [{ id: "call_1" }, { id: "call_2" }],
  });
});

test("each branch has its own activity", async () => {
  const [, begun, ended] = ACTIVITY;
  if (!begun || !ended) return expect.unreachable();
  const events: BranchEvent[] = [
    { ...begun, branch: 0 },
    { ...begun, branch: 1 },
    { ...ended, branch: 1 },
    { ...end("end"), branch: 1 },
    { ...ended, branch: 0 },
    { ...end("end"), branch: 0 },
  ];
  for (const activity of ["field", "reasoning"] as const) {
    const answer = { ...ANSWER, branchCount: 2, activity };
    const { choices } = await formatChatCompletion(play(events), answer);
    expect(choices[0]?.message).toEqual(choices[1]?.message);
    const chunks = await streamOf(events, answer);
    const told = chunks.flatMap((chunk) => ("choices" in chunk ? [...chunk.choices] : []));
    const deltas = [0, 1].map((branch) =>
      told.filter(({ index }) => index === branch).map(({ delta }) => delta),
    );
    expect(deltas[0]).toEqual(deltas[1]);
    expect(deltas[0]).toHaveLength(activity === "field" ? 5 : 4);
  }
});

test("a client that declared functions is told of the first call in the old words", async () => {
  const legacy = { isLegacyFunctions: true };
  expect(await deltasOf([START, ...CALLS, end("tool-calls")], legacy)).toEqual([
    { role: "assistant", content: null },
    { function_call: { name: "read", arguments: "" } },
    { function_call: { arguments: '{"path":' } },
    { function_call: { arguments: '"a"}' } },
    [{}, "function_call"],
  ]);
  const message = await messageOf([START, ...CALLS, end("tool-calls")], legacy);
  expect(message).toMatchObject({
    content: null,
    function_call: { name: "read", arguments: '{"path":"a"}' },
    finish_reason: "function_call",
  });
  expect(message).not.toHaveProperty("tool_calls");
});

test("an answer that says nothing is an empty text, also after thinking", async () => {
  expect(await deltasOf([START, end("end")])).toEqual([{ role: "assistant", content: "" }, [{}, "stop"]]);
  const thinking: TurnEvent = { type: "reasoning-delta", text: "hm" };
  expect(await deltasOf([START, thinking, end("length")])).toEqual([
    { role: "assistant", content: null },
    { reasoning_content: "hm" },
    { content: "" },
    [{}, "length"],
  ]);
  expect(await messageOf([START, end("end")])).toMatchObject({ content: "" });
  expect(await messageOf([START, thinking, end("length")])).toMatchObject({ content: "" });
});

test("branches are told apart by their index, and their usage is one", async () => {
  const events: BranchEvent[] = [
    { ...START, branch: 1 },
    { ...text("one"), branch: 1 },
    { ...START, branch: 0 },
    { ...end("length"), branch: 1 },
    { ...text("zero"), branch: 0 },
    { ...end("end"), branch: 0 },
  ];
  const chunks = await streamOf(events, { branchCount: 2 }, true);
  const choices = chunks.flatMap((chunk) => ("choices" in chunk ? [...chunk.choices] : []));
  expect(choices.map(({ index, delta, finish_reason }) => [index, delta.content, finish_reason])).toEqual([
    [1, "", null],
    [1, "one", null],
    [1, undefined, "length"],
    [0, "", null],
    [0, "zero", null],
    [0, undefined, "stop"],
  ]);
  const usage = { prompt_tokens: 14, completion_tokens: 16, total_tokens: 30 };
  expect(chunks.filter((chunk) => "usage" in chunk && chunk.usage)).toHaveLength(1);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage });

  const body = await formatChatCompletion(play(events), { ...ANSWER, branchCount: 2 });
  expect(body).toMatchObject({
    choices: [
      { index: 0, message: { content: "zero" }, finish_reason: "stop" },
      { index: 1, message: { content: "one" }, finish_reason: "length" },
    ],
    usage,
  });
});

test("a failed branch ends the whole answer, and there is no usage", async () => {
  const events: BranchEvent[] = [
    { ...text("zero"), branch: 0 },
    { ...end("end"), branch: 0 },
    { ...FAILURE, branch: 1 },
    { ...text("late"), branch: 2 },
    { ...end("end"), branch: 2 },
  ];
  const chunks = await streamOf(events, { branchCount: 3 }, true);
  expect(chunks.at(-1)).toMatchObject({ error: { code: "queue_full" } });
  expect(chunks.filter((chunk) => "usage" in chunk && chunk.usage)).toEqual([]);
  await expect(formatChatCompletion(play(events), { ...ANSWER, branchCount: 3 })).rejects.toThrow("Full.");
});

test("a turn that never began is an error alone", async () => {
  expect(await streamOf([FAILURE], {}, true)).toEqual([
    { error: { message: "Full.", type: "rate_limit_error", param: null, code: "queue_full" } },
  ]);
});

test("a throw on the way becomes an error event that gives nothing away", async () => {
  const failing: Stage<object, object> = {
    of: () => {
      throw new Error("secret");
    },
  };
  const format = encodeChatStream(failing);
  await expect(Array.fromAsync(through([{ a: 1 }], format))).rejects.toThrow("secret");
  const last = format.broken(new Error("secret"));
  expect(last.split("\n\n")).toEqual([
    expect.stringContaining('"code":"internal_error"'),
    "data: [DONE]",
    "",
  ]);
  expect(last).not.toContain("secret");
});

test("usage tells cached tokens as a part of the prompt", async () => {
  const body = await formatChatCompletion(play([START, text("hi"), end("end")]), ANSWER);
  expect(body).toMatchObject({ id: "chatcmpl-abc", object: "chat.completion", created: 1_700_000_000 });
  expect(body.usage).toEqual({
    prompt_tokens: 7,
    completion_tokens: 8,
    total_tokens: 15,
    prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 4, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 3,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  });
});

test("a streamed answer is captured as the whole body before its last event goes out", async () => {
  const events: BranchEvent[] = [
    { ...text("zero"), branch: 0 },
    { ...end("end"), branch: 0 },
    { ...text("one"), branch: 1 },
    { ...end("end"), branch: 1 },
  ];
  const answer = { ...ANSWER, branchCount: 2 };
  const kept: ChatCompletionBody[] = [];
  const passed: BranchEvent[] = [];
  const capture = captureChatCompletion(answer, async (body) => {
    expect(passed).toHaveLength(3);
    kept.push(body);
  });
  const captured = through(play(events), capture);
  for await (const event of captured) passed.push(event);
  expect(passed).toEqual(events);
  expect(kept).toEqual([await formatChatCompletion(play(events), answer)]);
});

test("nothing is captured of an answer that failed or that its reader left", async () => {
  await Array.fromAsync(through(play([START, text("half"), FAILURE]), captureNothing()));
  for await (const _ of through(play([text("half"), end("end")]), captureNothing())) break;
});

const AGENT = toldByClaude([
  START,
  {
    type: "permission-request",
    approvalId: "appr_1",
    activityId: "a",
    toolName: "Bash",
    input: { command: "npm test" },
    summary: "Run the tests",
    alwaysAllows: ["Bash(npm test)", "Bash(npm run *)"],
    expiresAt: 1_700_000_300_000,
  },
  { type: "permission-resolved", approvalId: "appr_1", outcome: "always-allowed" },
  { type: "activity-progress", activityId: "a", name: "Bash", elapsedMs: 10_000 },
  { type: "file-change", activityId: "b", change: { type: "changed", path: "a.ts", diff: "@@ -1 +1 @@" } },
  text("Done."),
  {
    type: "file-changes",
    changes: [{ type: "renamed", path: "c.ts", previousPath: "b.ts", contentId: "file_1" }],
    isComplete: false,
  },
  end("max-turns"),
]);
const FILE_CHANGES = {
  file_changes: [{ type: "renamed", path: "c.ts", previous_path: "b.ts", content_id: "file_1" }],
  file_changes_incomplete: true,
};

test("what waits for a person and what was changed is told without asking, in texts that may be added up", async () => {
  const chunks = await streamOf(AGENT);
  const choices = chunks.flatMap((chunk) => ("choices" in chunk ? chunk.choices : []));
  expect(choices.map(({ delta }) => delta)).toEqual([
    { role: "assistant", content: null },
    {
      claude: {
        approval: {
          id: "appr_1",
          status: "waiting",
          tool: "Bash",
          input: '{"command":"npm test"}',
          summary: "Run the tests",
          always_allows: "Bash(npm test), Bash(npm run *)",
          expires_at: "2023-11-14T22:18:20.000Z",
        },
      },
    },
    { claude: { approval: { id: "appr_1", status: "always_allowed" } } },
    { claude: { file_change: { activity_id: "b", type: "changed", path: "a.ts", diff: "@@ -1 +1 @@" } } },
    { content: "Done." },
    { claude: FILE_CHANGES },
    { claude: { stop_reason: "max_turns" } },
    {},
  ]);
  expect(choices.map(({ finish_reason: reason }) => reason).at(-1)).toBe("length");
});

test("the whole body has what came of it", async () => {
  const body = await formatChatCompletion(play(AGENT), ANSWER);
  expect(body.choices[0]).toMatchObject({
    message: { content: "Done.", claude: { ...FILE_CHANGES, stop_reason: "max_turns" } },
    finish_reason: "length",
  });
});

test("progress comes with the activity that was asked for", async () => {
  const chunks = await streamOf(AGENT, { activity: "field" });
  expect(JSON.stringify(chunks)).toContain(
    JSON.stringify({ activity: { id: "a", name: "Bash", status: "in_progress", elapsed_ms: "10000" } }),
  );
});

test("where activity is hidden only the limit is told", async () => {
  const chunks = await streamOf(AGENT, { tellsAgent: false });
  const told = chunks.flatMap((chunk) => ("choices" in chunk ? chunk.choices : []));
  expect(told.flatMap(({ delta }) => delta.claude ?? [])).toEqual([{ stop_reason: "max_turns" }]);
  const { choices } = await formatChatCompletion(play(AGENT), { ...ANSWER, tellsAgent: false });
  expect(choices[0]?.message.claude).toEqual({ stop_reason: "max_turns" });
});

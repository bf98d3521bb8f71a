import * as fc from "fast-check";

import type { JsonObject } from "../../src/core/words/client-tool.ts";
import { toldByClaude } from "../engine/told-by-claude.ts";
import type { FileChange } from "../../src/core/words/file-change.ts";
import type { ConversationId, TurnId } from "../../src/core/words/ids.ts";
import type { StopReason, TurnEnd, TurnEvent } from "../../src/core/words/turn-event.ts";
import { NO_USAGE } from "../../src/core/words/usage.ts";
import type { ResponseHead } from "../../src/protocols/responses/response-head.ts";
import type { ToolOrigin } from "../../src/protocols/responses/responses-request.ts";

// Proof for the casts: these ids belong to nothing else.
export const TURN_ID = "turn_abc" as TurnId;
const START: TurnEvent = {
  type: "turn-start",
  turnId: TURN_ID,
  conversationId: "conv_1" as ConversationId,
  conversationName: "conv_1",
  placement: "spare",
  workspace: "/w",
};

export const TOOL_ORIGINS: ReadonlyMap<string, ToolOrigin> = new Map<string, ToolOrigin>([
  ["look", { type: "function", name: "look" }],
  ["crm__find", { type: "function", name: "find", namespace: "crm" }],
  ["write", { type: "custom", name: "write" }],
  ["shell", { type: "shell" }],
  ["local_shell", { type: "local_shell" }],
  ["apply_patch", { type: "apply_patch" }],
]);

/** What a request without any wishes is answered with. */
export const ECHO: JsonObject = {
  frequency_penalty: 0,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  presence_penalty: 0,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: "default",
  temperature: 1,
  text: { format: { type: "text" }, verbosity: "medium" },
  store: true,
  tool_choice: "auto",
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: "disabled",
};

export function headWith(changes: Partial<ResponseHead> = {}): ResponseHead {
  return {
    turnId: TURN_ID,
    id: "resp_abc",
    modelId: "claude",
    createdAt: 1_000_000,
    echo: ECHO,
    toolOrigins: TOOL_ORIGINS,
    include: new Set(),
    showsReasoning: true,
    isBackground: false,
    showsActivity: true,
    seal: (value) => `sealed:${JSON.stringify(value)}`,
    ...changes,
  };
}

export function turnEnd(changes: Partial<TurnEnd> = {}): TurnEnd {
  return { type: "turn-end", reason: "end", usage: NO_USAGE, costUsd: 0, ...changes };
}

export const turnOf = (...events: readonly TurnEvent[]): readonly TurnEvent[] => [START, ...events];

const someText = fc.string({ unit: "grapheme", maxLength: 12 });

/** A text in pieces, cut anywhere. */
function cutUp(whole: string): fc.Arbitrary<readonly string[]> {
  return fc.array(fc.nat(whole.length), { maxLength: 5 }).map((cuts) => {
    const edges = [0, ...cuts.toSorted((left, right) => left - right), whole.length];
    return edges.slice(1).map((edge, index) => whole.slice(edges[index], edge));
  });
}

const text = fc
  .tuple(fc.constantFrom("", "\n", "\n\n", "\n\n\n", "\n\n"), someText, fc.constantFrom("", "", "\n", "\n\n"))
  .map((parts) => parts.join(""))
  .chain(cutUp)
  .map((pieces) => pieces.map((piece): TurnEvent => ({ type: "text-delta", text: piece })));

const thinking = fc
  .tuple(
    someText.chain(cutUp),
    fc.constantFrom<readonly TurnEvent[]>(
      [{ type: "reasoning-end", signature: "signed", model: "claude-x" }],
      [{ type: "reasoning-redacted", data: "hidden", model: "claude-x" }],
      [],
    ),
  )
  .map(([pieces, end]): readonly TurnEvent[] => [
    ...pieces.map((piece): TurnEvent => ({ type: "reasoning-delta", text: piece })),
    ...end,
  ]);

const toolArguments: Readonly<Record<string, fc.Arbitrary<JsonObject>>> = {
  look: fc.dictionary(someText, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
  crm__find: fc.constant({}),
  unknown: fc.constant({ a: 1 }),
  write: someText.map((input) => ({ input })),
  shell: fc.array(someText, { maxLength: 3 }).map((commands) => ({ commands, timeout_ms: 1000 })),
  local_shell: fc.array(someText, { maxLength: 3 }).map((command) => ({ command })),
  apply_patch: fc.oneof(
    fc.record({ type: fc.constantFrom("create_file", "update_file"), path: someText, diff: someText }),
    fc.record({ type: fc.constant("delete_file"), path: someText }),
  ),
};

const call = fc.tuple(fc.constantFrom(...Object.keys(toolArguments)), fc.nat()).chain(([name, number]) =>
  (toolArguments[name] ?? fc.constant({})).chain((value) => {
    const whole = JSON.stringify(value);
    return cutUp(whole).map((pieces): readonly TurnEvent[] => {
      const callId = `call_${number}`;
      return [
        { type: "tool-call-start", callId, name },
        ...pieces.map((piece): TurnEvent => ({ type: "tool-call-delta", callId, text: piece })),
        { type: "tool-call-end", callId, name, arguments: whole },
      ];
    });
  }),
);

const fileChanges: readonly FileChange[] = [
  {
    type: "created",
    path: "new.ts",
    diff: "--- /dev/null\n+++ b/new.ts\n@@ -0,0 +1 @@\n+x\n",
    contentId: "file_1",
  },
  { type: "changed", path: "a.txt", diff: "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-a\n+b\n" },
  { type: "renamed", path: "c.ts", previousPath: "b.ts" },
  { type: "deleted", path: "old.ts" },
  { type: "changed", path: "logo.png" },
];

const activityInput = fc.constantFrom<readonly [string, JsonObject]>(
  ["Bash", { command: "ls", timeout: 1000 }],
  ["Write", { file_path: "/w/a.txt", content: "a\nb\n" }],
  ["Edit", { file_path: "/w/a.txt", old_string: "a", new_string: "c" }],
  ["NotebookEdit", { notebook_path: "/w/a.ipynb", new_source: "x = 1" }],
  ["WebSearch", { query: "tea" }],
  ["WebFetch", { url: "https://tea.example/" }],
  ["mcp__crm__find", { id: 1 }],
  ["Read", { file_path: "/w/a.txt" }],
  ["Agent", { description: "Look around", prompt: "…" }],
  ["compaction", {}],
  ["Bash", {}],
);
const CHANGED_BY_TOOL: FileChange = { type: "changed", path: "a.txt", diff: "@@ -1 +1 @@\n-a\n+b\n" };
const activity = fc
  .tuple(activityInput, fc.nat(), fc.boolean(), someText)
  .map(([[name, input], number, isError, output]): readonly TurnEvent[] => {
    const activityId = `toolu_${number}`;
    const isPatch = name === "Write" || name === "Edit";
    return toldByClaude([
      { type: "activity-start", activityId, name, input },
      ...(output.length > 4
        ? [{ type: "activity-progress" as const, activityId, name, elapsedMs: 10_000 }]
        : []),
      { type: "activity-end", activityId, isError, output },
      ...(isPatch && !isError ? [{ type: "file-change" as const, activityId, change: CHANGED_BY_TOOL }] : []),
    ]);
  });

/** What ends or starts at once: activities side by side, each start before its end. */
const activities = fc.uniqueArray(activity, { maxLength: 3, selector: activityKey }).chain((list) =>
  fc.array(fc.nat(2), { minLength: 10, maxLength: 10 }).map((picks) => {
    const rest = list.map((each) => [...each]);
    const merged = picks.flatMap((pick) => rest[pick]?.splice(0, 1) ?? []);
    return [...merged, ...rest.flat()];
  }),
);

function activityKey(events: readonly TurnEvent[]): string {
  const [start] = events;
  return start?.type === "activity-start" ? start.activityId : "";
}

const other = fc
  .constantFrom<readonly TurnEvent[]>(
    [{ type: "notice", code: "retry", message: "again" }],
    [{ type: "notice", code: "mcp-server-failed", message: "It is not there.", mcpServer: "docs" }],
    [
      {
        type: "permission-request",
        approvalId: "appr_1",
        activityId: "toolu_1",
        toolName: "Bash",
        input: { command: "npm test" },
        summary: "Run npm test",
        alwaysAllows: ["Bash(npm test)"],
        expiresAt: 1_300_000,
      },
      { type: "permission-resolved", approvalId: "appr_1", outcome: "always-allowed" },
    ],
    [
      { type: "activity-start", activityId: "toolu_bash", name: "Bash", input: { command: "rm -r ." } },
      {
        type: "approval-request",
        approvalId: "mcpr_toolu_bash",
        serverLabel: "claude-code",
        toolName: "Bash",
        input: { command: "rm -r ." },
      },
    ],
    [{ type: "transcript-append", entry: { role: "assistant", content: "x" } }],
    [{ type: "mcp-tools", serverLabel: "crm", tools: [{ name: "find", inputSchema: { type: "object" } }] }],
    [
      { type: "activity-start", activityId: "toolu_asked", name: "mcp__crm__ask", input: {} },
      {
        type: "approval-request",
        approvalId: "mcpr_toolu_asked",
        serverLabel: "crm",
        toolName: "ask",
        input: {},
      },
    ],
  )
  .map(toldByClaude);

const usage = fc.record({
  inputTokens: fc.nat(1000),
  cacheReadTokens: fc.nat(1000),
  cacheWriteTokens: fc.nat(1000),
  outputTokens: fc.nat(1000),
  reasoningTokens: fc.nat(1000),
});
const end: fc.Arbitrary<TurnEvent> = fc.oneof(
  fc
    .record({
      reason: fc.constantFrom<StopReason>("end", "length", "stop-sequence", "max-turns", "max-budget"),
      usage,
    })
    .map(turnEnd),
  fc
    .record({
      kind: fc.constantFrom("upstream-overloaded" as const, "refusal" as const, "cancelled" as const),
      usage,
    })
    .map(({ kind, usage: used }): TurnEvent => ({
      type: "turn-error",
      error: { kind, message: "It did not work." },
      usage: used,
      costUsd: 0,
    })),
);

/** The events of a turn: anything in any order and in any pieces, maybe cut off by its end. */
export const anyTurn: fc.Arbitrary<readonly TurnEvent[]> = fc
  .tuple(
    fc.uniqueArray(fc.oneof(text, text, thinking, call, activities, other), {
      maxLength: 7,
      selector: callKey,
    }),
    fc.record({ changes: fc.option(fc.subarray([...fileChanges])), isComplete: fc.boolean() }),
    end,
    fc.option(fc.nat(12)),
  )
  .map(([parts, { changes, isComplete }, last, cutAt]) => {
    const events = withUniqueActivities(parts.flat());
    const told: readonly TurnEvent[] = changes ? [{ type: "file-changes", changes, isComplete }] : [];
    return turnOf(...(cutAt === null ? events : events.slice(0, cutAt)), ...told, last);
  });

/** No two calls have one id. */
function callKey(events: readonly TurnEvent[]): unknown {
  const [first] = events;
  return first?.type === "tool-call-start" ? first.callId : events;
}

/** No two activities have one id. */
function withUniqueActivities(events: readonly TurnEvent[]): readonly TurnEvent[] {
  const counts = new Map<string, number>();
  return events.map((event) => {
    if (event.type === "approval-request") {
      const count = counts.get(event.approvalId.replace(/^mcpr_/, "")) ?? 0;
      return { ...event, approvalId: `${event.approvalId}_${count}` };
    }
    if (!("activityId" in event) || event.type === "permission-request") return event;
    const count = (counts.get(event.activityId) ?? 0) + (event.type === "activity-start" ? 1 : 0);
    counts.set(event.activityId, count);
    return { ...event, activityId: `${event.activityId}_${count}` };
  });
}

import * as fc from "fast-check";

import type { ConversationId, TurnId } from "../../src/core/words/ids.ts";
import { toldByClaude } from "../engine/told-by-claude.ts";
import type { FileChange } from "../../src/core/words/file-change.ts";
import type { StopReason, TurnEnd, TurnError, TurnEvent } from "../../src/core/words/turn-event.ts";
import { NO_USAGE } from "../../src/core/words/usage.ts";
import type { BranchEvent } from "../../src/protocols/branch-event.ts";

/** What a turn says, whole. */
export interface Said {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
}

/** A turn's events with what they say. */
export interface Turn {
  readonly said: Said;
  readonly events: readonly TurnEvent[];
  readonly end: TurnEnd | TurnError;
}

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

const someText = fc.string({ unit: "binary", maxLength: 24 });
const noise: fc.Arbitrary<TurnEvent> = fc.constantFrom<TurnEvent>(
  ...toldByClaude([
    { type: "activity-start", activityId: "a", name: "Bash", input: {} },
    { type: "activity-progress", activityId: "a", name: "Bash", elapsedMs: 10_000 },
    { type: "activity-end", activityId: "a", isError: false, output: "" },
    {
      type: "permission-request",
      approvalId: "appr_1",
      activityId: "a",
      toolName: "Bash",
      input: { command: "npm test" },
      summary: "Run npm test",
      alwaysAllows: ["Bash(npm test)", "Bash(npm *)"],
      expiresAt: 1_700_000_300_000,
    },
    { type: "permission-resolved", approvalId: "appr_1", outcome: "always-allowed" },
    { type: "permission-resolved", approvalId: "appr_1", outcome: "timed-out" },
    { type: "file-change", activityId: "a", change: { type: "changed", path: "a.ts", diff: "@@\n-a\n+b\n" } },
    { type: "file-change", activityId: "a", change: { type: "created", path: "b.bin" } },
    { type: "notice", code: "retry", message: "again" },
    { type: "notice", code: "mcp-server-failed", message: "It is not there.", mcpServer: "docs" },
    { type: "reasoning-end", signature: "sealed", model: "claude" },
    { type: "reasoning-redacted", data: "hidden", model: "claude" },
    { type: "transcript-append", entry: { role: "assistant", content: "x" } },
  ]),
);

/** What a turn says of its workspace, once. */
const fileChanges: fc.Arbitrary<TurnEvent> = fc.record({
  type: fc.constant("file-changes" as const),
  changes: fc.subarray<FileChange>([
    {
      type: "created",
      path: "new.ts",
      diff: "--- /dev/null\n+++ b/new.ts\n@@ -0,0 +1 @@\n+x\n",
      contentId: "file_1",
    },
    { type: "renamed", path: "b.ts", previousPath: "a.ts" },
    { type: "deleted", path: "old.ts" },
  ]),
  isComplete: fc.boolean(),
});

/** A text in pieces, cut anywhere: inside surrogate pairs and escapes too. */
function cutUp(whole: string): fc.Arbitrary<readonly string[]> {
  return fc.array(fc.nat(whole.length), { maxLength: 6 }).map((cuts) => {
    const edges = [0, ...cuts.sort((left, right) => left - right), whole.length];
    return edges.slice(1).map((edge, index) => whole.slice(edges[index], edge));
  });
}

const words = fc.tuple(fc.constantFrom("text" as const, "reasoning" as const), someText);
const call = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  arguments: fc
    .dictionary(someText, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
    .map((value) => JSON.stringify(value)),
});
const usage = fc.record({
  inputTokens: fc.nat(1000),
  cacheReadTokens: fc.nat(1000),
  cacheWriteTokens: fc.nat(1000),
  outputTokens: fc.nat(1000),
  reasoningTokens: fc.nat(1000),
});

/** Turns that end well: words in any order, then calls, in any pieces, with noise between. */
export const goodTurn: fc.Arbitrary<Turn> = fc
  .record({
    words: fc.array(words, { maxLength: 5 }),
    calls: fc.array(call, { maxLength: 4 }),
    noise: fc.array(noise, { maxLength: 3 }),
    changes: fc.option(fileChanges),
    reason: fc.constantFrom<StopReason>("end", "stop-sequence", "length", "max-turns", "max-budget"),
    usage,
  })
  .chain((given) => {
    const calls = given.calls.map((each, index) => ({ ...each, id: `call_${index}` }));
    const pieces = [...given.words.map(([, text]) => text), ...calls.map((each) => each.arguments)].map(
      cutUp,
    );
    return fc.tuple(...pieces).map((cut): Turn => {
      const wordEvents = given.words.flatMap(([kind], index) =>
        (cut[index] ?? []).map((text): TurnEvent => ({ type: `${kind}-delta`, text })),
      );
      const callEvents = calls.flatMap(({ id: callId, name, arguments: whole }, index): TurnEvent[] => [
        { type: "tool-call-start", callId, name },
        ...(cut[given.words.length + index] ?? []).map((text): TurnEvent => ({
          type: "tool-call-delta",
          callId,
          text,
        })),
        { type: "tool-call-end", callId, name, arguments: whole },
      ]);
      const reason = calls.length > 0 ? "tool-calls" : given.reason;
      const end: TurnEnd = { type: "turn-end", reason, usage: given.usage, costUsd: 0 };
      const join = (kind: "text" | "reasoning") =>
        given.words.map(([each, text]) => (each === kind ? text : "")).join("");
      return {
        said: { text: join("text"), reasoning: join("reasoning"), calls },
        events: [
          START,
          ...given.noise,
          ...wordEvents,
          ...given.noise,
          ...callEvents,
          ...(given.changes ? [given.changes] : []),
          end,
        ],
        end,
      };
    });
  });

/** Turns that fail, somewhere. */
export const failedTurn: fc.Arbitrary<Turn> = fc
  .tuple(goodTurn, fc.nat(20))
  .map(([{ said, events }, after]) => {
    const end: TurnError = {
      type: "turn-error",
      error: { kind: "upstream-overloaded", message: "Overloaded." },
      usage: NO_USAGE,
      costUsd: 0,
    };
    return { said, events: [...events.slice(0, Math.min(after, events.length - 1)), end], end };
  });

/** The events of turns that run side by side, in any order that keeps each turn's own. */
export function interleave(turns: readonly Turn[]): fc.Arbitrary<readonly BranchEvent[]> {
  const total = turns.reduce((sum, turn) => sum + turn.events.length, 0);
  return fc.array(fc.nat(turns.length - 1), { minLength: total, maxLength: total }).map((picks) => {
    const rest = turns.map((turn, branch) => turn.events.map((event): BranchEvent => ({ ...event, branch })));
    const merged = picks.flatMap((pick) => rest[pick]?.splice(0, 1) ?? []);
    return [...merged, ...rest.flat()];
  });
}

import { describe, expect, test } from "vitest";

import {
  mapAll,
  mapRecording,
  message,
  newMapper,
  recording,
  textOf,
  transcriptOf,
} from "../../../test/engine/map-recordings.ts";
import type { EngineEvent } from "../../core/words/turn-event.ts";

const thoughtsOf = (events: readonly EngineEvent[]) =>
  events.map((event) => (event.type === "reasoning-delta" ? event.text : "")).join("");

describe("a turn", () => {
  test("of plain text", () => {
    const events = mapRecording("plain-text");
    expect(textOf(events)).toBe("Hello to you and to everybody else.");
    expect(events.map((event) => event.type)).toEqual([
      "text-delta",
      "text-delta",
      "transcript-append",
      "turn-end",
    ]);
    expect(events.at(-1)).toEqual({
      type: "turn-end",
      reason: "end",
      usage: {
        inputTokens: 1,
        cacheReadTokens: 0,
        cacheWriteTokens: 28442,
        outputTokens: 9,
        reasoningTokens: 0,
      },
      costUsd: expect.closeTo(0.0712),
    });
  });

  test("with thinking keeps the signature on record", () => {
    const events = mapRecording("thinking");
    expect([thoughtsOf(events), textOf(events)]).toEqual(["Let me think.", "I have thought."]);
    expect(events.filter((event) => event.type === "reasoning-end")).toEqual([
      { type: "reasoning-end", signature: expect.stringMatching(/./), model: "claude-sonnet-5" },
    ]);
    expect(transcriptOf(events)).toEqual([
      {
        role: "assistant",
        model: "claude-sonnet-5",
        content: [
          { type: "thinking", thinking: "Let me think.", signature: expect.stringMatching(/./) },
          { type: "text", text: "I have thought." },
        ],
      },
    ]);
    expect(events.at(-1)).toMatchObject({ usage: { reasoningTokens: 4 } });
  });

  test("with a tool between two texts has them as two paragraphs, and Claude's own messages on record", () => {
    const events = mapRecording("tool-round");
    expect(textOf(events)).toBe("I look into the file.\n\nIt is a note.");
    expect(events.filter((event) => event.type.startsWith("activity"))).toEqual([
      {
        type: "activity-start",
        activityId: "toolu_read",
        name: "Read",
        input: { file_path: "/workspace/note.txt" },
        work: { type: "file-read", about: "/workspace/note.txt" },
      },
      {
        type: "activity-end",
        activityId: "toolu_read",
        isError: false,
        output: expect.stringContaining("A note."),
      },
    ]);
    expect(transcriptOf(events)).toMatchObject([
      {
        role: "assistant",
        content: [{ type: "thinking" }, { type: "text" }, { type: "tool_use", id: "toolu_read" }],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_read" }] },
      { role: "assistant", content: [{ type: "text", text: "It is a note." }] },
    ]);
  });

  test("sums its calls", () => {
    expect(mapRecording("tool-round").at(-1)).toMatchObject({
      usage: { inputTokens: 2, cacheReadTokens: 28442, outputTokens: expect.any(Number) },
    });
  });

  test("with parallel tools has one answer with both calls, and each result as it came", () => {
    const events = mapRecording("parallel-tools");
    expect(events.filter((event) => event.type === "activity-end")).toMatchObject([
      {
        type: "activity-end",
        activityId: "toolu_missing",
        isError: true,
        output: expect.stringContaining("does not exist"),
      },
      { type: "activity-end", activityId: "toolu_note", isError: false },
    ]);
    expect(transcriptOf(events)).toMatchObject([
      { role: "assistant", content: [{ id: "toolu_note" }, { id: "toolu_missing" }] },
      { role: "user", content: [{ tool_use_id: "toolu_missing" }] },
      { role: "user", content: [{ tool_use_id: "toolu_note" }] },
      { role: "assistant", content: [{ type: "text" }] },
    ]);
  });

  test("that hit a stop sequence names it", () => {
    expect(mapRecording("stop-sequence").at(-1)).toMatchObject({
      reason: "stop-sequence",
      stopSequence: "three",
    });
  });

  test("that hit its limit ends there, before Claude Code goes on by itself", () => {
    const messages = recording("max-tokens");
    const events = mapAll(messages);
    expect(textOf(events)).toBe("This is too lo");
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "length", usage: { outputTokens: 4 } });
    expect(transcriptOf(events)).toHaveLength(1);
    // The recording goes on, so there was something to leave out.
    expect(JSON.stringify(messages)).toContain("Output token limit hit");
  });

  test("costs what the process spent since the turn before", () => {
    const mapper = newMapper({ costBeforeUsd: 0.07 });
    expect(mapAll(recording("plain-text"), mapper).at(-1)).toMatchObject({ costUsd: expect.closeTo(0.0012) });
    expect(mapper.totalCostUsd).toBeCloseTo(0.0712);
  });
});

describe("a model that fails", () => {
  test("and then answers gives a notice", () => {
    const events = mapRecording("retry-before-text");
    expect(events[0]).toEqual({
      type: "notice",
      code: "retry",
      message: "The model's API gave status 529; attempt 1 of 1.",
    });
    expect([textOf(events), events.at(-1)?.type]).toEqual(["Second time lucky.", "turn-end"]);
  });

  test.each([
    ["after it began to answer", "retry-after-text", "Hello, "],
    ["in an answer whose thoughts were complete", "cut-after-thinking", "Half an"],
  ])("%s ends the turn rather than saying it twice", (_, name, text) => {
    const events = mapRecording(name);
    expect(textOf(events)).toBe(text);
    expect(events.at(-1)).toMatchObject({ type: "turn-error", error: { kind: "upstream-failed" } });
    // Claude Code went on and said it all again.
    expect(recording(name).at(-1)).toMatchObject({ type: "result", is_error: false });
  });

  test("while it only thinks may go on", () => {
    const events = mapRecording("retry-after-thinking");
    expect([textOf(events), events.at(-1)?.type]).toEqual(["Done.", "turn-end"]);
  });

  test("by refusing has refused", () => {
    const events = mapRecording("refusal");
    expect(events.at(-1)).toMatchObject({
      type: "turn-error",
      error: { kind: "refusal" },
      usage: { outputTokens: 4 },
    });
  });

  test("with an error status says why", () => {
    expect(mapRecording("upstream-error")).toEqual([
      expect.objectContaining({
        type: "turn-error",
        error: { kind: "upstream-permission", message: expect.stringContaining("No entry.") },
      }),
    ]);
  });

  test("because the conversation is too long says so", () => {
    expect(mapRecording("prompt-too-long").at(-1)).toMatchObject({
      error: { kind: "context-length-exceeded" },
    });
  });

  test("by a limit of the account says when it ends", () => {
    const mapper = newMapper();
    const events = mapAll(
      [
        message({
          type: "rate_limit_event",
          rate_limit_info: { status: "rejected", rateLimitType: "five_hour", resetsAt: 1_060 },
        }),
        message({
          type: "result",
          subtype: "success",
          is_error: true,
          api_error_status: 429,
          result: "You've hit your limit.",
          total_cost_usd: 0,
        }),
      ],
      mapper,
    );
    expect(events).toMatchObject([
      { type: "notice", code: "rate-limit", message: "The account's five_hour limit is reached." },
      { type: "turn-error", error: { kind: "upstream-rate-limited", retryAfterMs: 60_000 } },
    ]);
  });
});

test("a 429 to a plan whose window is open is a short wait, whatever Claude Code says of a limit", () => {
  const rejected = { status: "rejected", rateLimitType: "five_hour", resetsAt: 9_000_000 };
  const unifiedWindows = { five_hour: { utilization: 0.1, resetsAt: 9_000_000, status: "allowed" } };
  const events = mapAll(
    [
      message({ type: "rate_limit_event", rate_limit_info: { ...rejected, unifiedWindows } }),
      message({
        type: "result",
        subtype: "success",
        is_error: true,
        api_error_status: 429,
        result: "You've hit your 5-hour limit.",
        total_cost_usd: 0,
      }),
    ],
    newMapper(),
  );
  expect(events).toMatchObject([
    { type: "notice", code: "rate-limit", message: expect.stringContaining("too quickly") },
    {
      type: "turn-error",
      error: {
        kind: "upstream-rate-limited",
        message: expect.not.stringContaining("5-hour"),
        retryAfterMs: 5_000,
      },
    },
  ]);
});

describe("what is not this turn's", () => {
  test("messages of sub-agents are left out", () => {
    const foreign = recording("tool-round").map((one) =>
      one.type === "result" ? one : message({ ...one, parent_tool_use_id: "toolu_agent" }),
    );
    expect(mapAll(foreign).map((event) => event.type)).toEqual(["turn-end"]);
  });

  test("the end of a background task's turn ends nothing", () => {
    const result = recording("plain-text").find((one) => one.type === "result");
    const background = message({ ...result, origin: { kind: "task-notification" } });
    expect(mapAll([background])).toEqual([]);
  });
});

describe("what Claude Code says to Claude by itself", () => {
  const nudge = message({
    type: "user",
    isSynthetic: true,
    parent_tool_use_id: null,
    message: { role: "user", content: [{ type: "text", text: "Resume." }] },
  });
  /** The first answer of a recording, the nudge, and an answer after it. */
  const nudged = (name: string) => [
    ...recording(name).filter((one) => one.type !== "result"),
    nudge,
    ...recording("plain-text"),
  ];

  test("after an answer that the client has read is part of Claude's history", () => {
    expect(transcriptOf(mapAll(nudged("stop-sequence")))).toMatchObject([
      { role: "assistant", content: [{ text: "One, two, " }] },
      { role: "user", content: [{ text: "Resume." }] },
      { role: "assistant" },
    ]);
  });

  const thoughtOnly = nudged("thinking").filter((one) => !JSON.stringify(one).includes("I have thought"));

  const withoutThinking = thoughtOnly.filter(
    (one) => !/"type":"(?:thinking|thinking_delta|signature_delta)"/.test(JSON.stringify(one)),
  );

  test("never comes after an answer of nothing in a chat: there the turn has ended", () => {
    const mapper = newMapper();
    expect(mapAll(withoutThinking, mapper).at(-1)).toMatchObject({ type: "turn-end", reason: "end" });
    expect(mapper.isCutShort).toBe(true);
  });

  test.each([true, false])("after thoughts without a word is forgotten with them (tools: %s)", (hasTools) => {
    expect(transcriptOf(mapAll(thoughtOnly, newMapper({ hasTools })))).toMatchObject([
      { role: "assistant", content: [{ text: "Hello to you and to everybody else." }] },
    ]);
  });
});

describe("an answer that was not streamed", () => {
  test("is told in one piece", () => {
    const messages = recording("plain-text").filter((one) => one.type !== "stream_event");
    expect(textOf(mapAll(messages))).toBe("Hello to you and to everybody else.");
  });
});

describe("failing from outside", () => {
  test("keeps what was complete, and what was used so far", () => {
    const mapper = newMapper();
    const untilFirstAnswer = recording("thinking").slice(0, -3);
    for (const one of untilFirstAnswer) Array.from(mapper.map(one));
    expect([...mapper.fail({ kind: "cancelled", message: "Left." })]).toMatchObject([
      { type: "transcript-append", entry: { role: "assistant" } },
      { type: "turn-error", error: { kind: "cancelled" }, usage: { cacheWriteTokens: expect.any(Number) } },
    ]);
  });
});

import { describe, expect, test } from "vitest";

import { AppError } from "../words/app-error.ts";
import type { EngineEvent, TerminalEvent } from "../words/turn-event.ts";
import { TurnRecord } from "./turn-record.ts";
import { NO_USAGE } from "../words/usage.ts";

const END: TerminalEvent = { type: "turn-end", reason: "end", usage: NO_USAGE, costUsd: 0.5 };

function call(callId: string, text = "{}"): EngineEvent[] {
  return [
    { type: "tool-call-start", callId, name: "look" },
    { type: "tool-call-delta", callId, text },
    { type: "tool-call-end", callId, name: "look", arguments: text },
  ];
}

const say = (text: string): EngineEvent => ({ type: "text-delta", text });
const part = (callId: string, text = "{}") => ({ type: "tool-call", callId, name: "look", arguments: text });

function recordOf(events: readonly EngineEvent[]): TurnRecord {
  const record = new TurnRecord(() => 0);
  for (const event of events) record.add(event);
  return record;
}

describe("the answer", () => {
  test.each<[string, readonly EngineEvent[], readonly unknown[]]>([
    ["nothing", [], [{ type: "text", text: "" }]],
    ["text", [say("Hel"), say("lo")], [{ type: "text", text: "Hello" }]],
    [
      "calls only, without a text that was never said",
      [...call("a", '{"x":1}'), ...call("b")],
      [part("a", '{"x":1}'), part("b")],
    ],
    [
      "text and calls, the text first and in one piece",
      [say("I look. "), ...call("a"), say("Again."), ...call("b")],
      [{ type: "text", text: "I look. Again." }, part("a"), part("b")],
    ],
    [
      "a call that broke off, which is none",
      [say("I look."), ...call("a").slice(0, 2)],
      [{ type: "text", text: "I look." }],
    ],
    [
      "thoughts, which clients do not send back",
      [{ type: "reasoning-delta", text: "Hm." }, say("Yes.")],
      [{ type: "text", text: "Yes." }],
    ],
  ])("of %s", (_, events, content) => {
    expect(recordOf(events).answer).toEqual({ role: "assistant", content });
  });
});

describe("the time of the first token", () => {
  test.each<[string, EngineEvent]>([
    ["text", say("Hi")],
    ["thoughts", { type: "reasoning-delta", text: "Hm." }],
    ["a call", { type: "tool-call-start", callId: "a", name: "look" }],
  ])("is that of %s, whatever came before and after", (_, first) => {
    let now = 1_000;
    const record = new TurnRecord(() => now);
    record.add({ type: "notice", code: "retry", message: "Again." });
    now = 2_000;
    record.add(first);
    now = 3_000;
    record.add(say("more"));
    expect(record.finish(END, "hash")).toMatchObject({ firstTokenAt: 2_000, endedAt: 3_000 });
  });

  test("is unknown when nothing was said", () => {
    expect(recordOf([]).finish(END, "hash")).not.toHaveProperty("firstTokenAt");
  });
});

describe("the end", () => {
  const transcript = [{ role: "assistant", content: [{ type: "text", text: "Hi" }] }] as const;
  const events: EngineEvent[] = [say("Hi"), { type: "transcript-append", entry: transcript[0] }];

  test("of a good turn names the state after it", () => {
    const record = recordOf(events);
    expect(record.isFinished).toBe(false);
    expect(record.finish(END, "hash")).toMatchObject({
      status: "completed",
      stateHash: "hash",
      transcript,
      costUsd: 0.5,
    });
    expect(record.isFinished).toBe(true);
  });

  test.each([
    ["cancelled", "cancelled"],
    ["upstream-failed", "failed"],
  ] as const)("with the error %s is %s, with what was said and used", (kind, status) => {
    const { info: error } = new AppError({ kind, message: "Over." });
    const end: TerminalEvent = { type: "turn-error", error, usage: NO_USAGE, costUsd: 0.25 };
    const outcome = recordOf(events).finish(end, "hash");
    expect(outcome).toMatchObject({ status, errorKind: kind, transcript, costUsd: 0.25 });
    expect(outcome).not.toHaveProperty("stateHash");
  });
});

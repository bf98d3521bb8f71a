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

const callsOf = (events: readonly EngineEvent[]) =>
  events.flatMap((event) => (event.type === "tool-call-end" ? [event] : []));
const piecesOf = (events: readonly EngineEvent[], callId: string) =>
  events.flatMap((event) =>
    event.type === "tool-call-delta" && event.callId === callId ? [event.text] : [],
  );

/** A turn with two of Claude Code's own tools: the part before their results, and the rest. */
function splitAtResults() {
  const messages = recording("parallel-tools");
  const at = messages.findIndex((one) => one.type === "user");
  return { before: messages.slice(0, at), after: messages.slice(at) };
}

/** What Claude Code sends when one of its own tools has run. */
const resultFor = (callId: string) =>
  message({
    type: "user",
    parent_tool_use_id: null,
    message: { role: "user", content: [{ type: "tool_result", tool_use_id: callId, content: "done" }] },
  });

describe("calls of client tools", () => {
  test("stream in order, each from its start through its pieces to its end, and end the turn", () => {
    const events = mapRecording("client-calls");
    expect(textOf(events)).toBe("I look twice.");
    const types = events.map((event) => ("callId" in event ? `${event.type} ${event.callId}` : event.type));
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      "text-delta",
      "tool-call-start toolu_look",
      "tool-call-delta toolu_look",
      "tool-call-end toolu_look",
      "tool-call-start toolu_see",
      "tool-call-delta toolu_see",
      "tool-call-end toolu_see",
      "transcript-append",
      "turn-end",
    ]);
    expect(events.at(-1)).toMatchObject({
      reason: "tool-calls",
      usage: { outputTokens: expect.any(Number) },
    });
  });

  test("have pieces that add up to their arguments, letter by letter", () => {
    const events = mapRecording("client-calls");
    const [look, see] = callsOf(events);
    expect(piecesOf(events, "toolu_look").length).toBeGreaterThan(2);
    expect(piecesOf(events, "toolu_look").join("")).toBe(look?.arguments);
    expect(JSON.parse(look?.arguments ?? "")).toEqual({ at: "caf\u00e9 \u{1f469}\u200d\u{1f680}" });
    expect(see).toEqual({ type: "tool-call-end", callId: "toolu_see", name: "see", arguments: "{}" });
  });

  test("are on record in one answer with its text, and told to the session", () => {
    const mapper = newMapper();
    const events = mapAll(recording("client-calls"), mapper);
    expect(transcriptOf(events)).toMatchObject([
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look twice." },
          { type: "tool_use", id: "toolu_look", name: "look" },
          { type: "tool_use", id: "toolu_see", name: "see", input: {} },
        ],
      },
    ]);
    expect(mapper.clientCallIds).toEqual(["toolu_look", "toolu_see"]);
    expect([mapper.hasHiddenMessages, mapper.isToolRunning]).toEqual([false, false]);
  });

  test("are none of the client's where the client has no such tool", () => {
    const events = mapAll(recording("client-calls"), newMapper({ isClientTool: () => false }));
    expect(callsOf(events)).toEqual([]);
    expect(events.filter((event) => event.type === "activity-start")).toMatchObject([
      { activityId: "toolu_look", name: "look" },
      { activityId: "toolu_see", name: "see" },
    ]);
  });

  test("stand beside Claude Code's own, whose result is on record", () => {
    const mapper = newMapper();
    const events = mapAll(recording("client-call-and-own"), mapper);
    expect(callsOf(events).map((call) => call.callId)).toEqual(["toolu_look"]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "activity-end", activityId: "toolu_note", isError: false }),
    );
    expect(transcriptOf(events)).toMatchObject([
      { role: "assistant", content: [{ id: "toolu_look" }, { id: "toolu_note" }] },
      { role: "user", content: [{ tool_use_id: "toolu_note" }] },
    ]);
    expect([events.at(-1), mapper.clientCallIds, mapper.hasHiddenMessages]).toMatchObject([
      { type: "turn-end", reason: "tool-calls" },
      ["toolu_look"],
      false,
    ]);
  });

  test("come in one piece when the answer was not streamed", () => {
    const whole = recording("client-calls").filter((one) => one.type !== "stream_event");
    const events = mapAll(whole);
    expect(callsOf(events)).toMatchObject([
      { callId: "toolu_look", arguments: '{"at":"caf\u00e9 \u{1f469}\u200d\u{1f680}"}' },
      { callId: "toolu_see", arguments: "{}" },
    ]);
    expect(piecesOf(events, "toolu_look").join("")).toBe(callsOf(events)[0]?.arguments);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "tool-calls" });
  });

  test("of a sub-agent are not Claude's", () => {
    const foreign = recording("client-calls").map((one) =>
      one.type === "result" ? one : message({ ...one, parent_tool_use_id: "toolu_agent" }),
    );
    const mapper = newMapper();
    expect(callsOf(mapAll(foreign, mapper))).toEqual([]);
    expect(mapper.clientCallIds).toEqual([]);
  });
});

describe("a call that Claude Code refuses by itself, since its arguments are no JSON", () => {
  test("is the client's as Claude wrote it, and Claude Code's answer is not part of the conversation", () => {
    const mapper = newMapper();
    const events = mapAll(recording("client-call-broken"), mapper);
    expect(callsOf(events)).toMatchObject([{ callId: "toolu_look", arguments: '{"at": "th' }]);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "tool-calls" });
    expect(transcriptOf(events)).toMatchObject([{ role: "assistant", content: [{ id: "toolu_look" }] }]);
    expect(textOf(events)).toBe("");
    expect(mapper.hasHiddenMessages).toBe(true);
  });

  test("keeps none of the calls after it from the client, and counts what they used", () => {
    const mapper = newMapper();
    const events = mapAll(recording("client-call-broken-of-two"), mapper);
    expect(callsOf(events).map((call) => [call.callId, call.arguments])).toEqual([
      ["toolu_look", '{"at": "th'],
      ["toolu_see", '{"at":"everything"}'],
    ]);
    expect(mapper.clientCallIds).toEqual(["toolu_look", "toolu_see"]);
    expect(events.at(-1)).toMatchObject({ reason: "tool-calls", usage: { outputTokens: 40 } });
    expect(transcriptOf(events)).toMatchObject([
      { role: "assistant", content: [{ id: "toolu_look" }, { id: "toolu_see" }] },
    ]);
  });

  test("ends the turn at once when the answer was over before the refusal came", () => {
    const messages = recording("client-call-broken");
    const refusal = messages.findIndex((one) => one.type === "user");
    const end = messages.findIndex((one) => one.type === "stream_event" && one.event.type === "message_stop");
    const late = [...messages.slice(0, refusal), ...messages.slice(refusal + 1, end + 1)];
    const events = mapAll([...late, ...messages.slice(refusal, refusal + 1)]);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "tool-calls" });
  });

  test("leaves no call of Claude Code's own in the record that has no result", () => {
    const messages = recording("client-call-and-own").filter((one) => one.type !== "user");
    const end = messages.findIndex((one) => one.type === "result");
    const events = mapAll([...messages.slice(0, end), resultFor("toolu_look")]);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "tool-calls" });
    expect(transcriptOf(events)).toMatchObject([{ content: [{ id: "toolu_look" }] }]);
    expect(JSON.stringify(transcriptOf(events))).not.toContain("toolu_note");
  });
});

describe("a connection that breaks", () => {
  test.each([
    ["in a call, which would be made again", "cut-in-call"],
    ["in a call after complete thoughts", "cut-in-call-after-thinking"],
    ["in a call after a whole one", "cut-in-second-call"],
    ["in a text after a whole call", "cut-after-call"],
  ])("%s ends the turn with an error", (_, name) => {
    const events = mapRecording(name);
    expect(events.at(-1)).toMatchObject({ type: "turn-error", error: { kind: "upstream-failed" } });
    // Claude Code took it for a good end, or went on and called again.
    expect(recording(name).at(-1)).toMatchObject({ type: "result", is_error: false });
    expect(callsOf(events).map((call) => call.callId)).not.toContain("toolu_again");
  });

  test("between two calls leaves the whole one to the client, but Claude Code's history has a word of its own", () => {
    const messages = recording("cut-in-second-call").filter(
      (one) => !JSON.stringify(one).includes('"index":1'),
    );
    const mapper = newMapper();
    const events = mapAll(messages, mapper);
    expect(callsOf(events).map((call) => call.callId)).toEqual(["toolu_look"]);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "tool-calls" });
    expect(mapper.hasHiddenMessages).toBe(true);
  });
});

describe("a turn that is suspended for calls of sub-agents", () => {
  const waiting = [
    { callId: "toolu_sub_1", name: "look", input: { at: "this" } },
    { callId: "toolu_sub_2", name: "see", input: {} },
  ];
  test("gives the client these calls, whole, and ends", () => {
    const mapper = newMapper();
    mapAll(splitAtResults().before, mapper);
    const events = [...mapper.suspend(waiting)];
    expect(callsOf(events)).toEqual([
      { type: "tool-call-end", callId: "toolu_sub_1", name: "look", arguments: '{"at":"this"}' },
      { type: "tool-call-end", callId: "toolu_sub_2", name: "see", arguments: "{}" },
    ]);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "tool-calls" });
    expect(mapper.clientCallIds).toEqual(["toolu_sub_1", "toolu_sub_2"]);
  });

  test("has them on record in the place of the calls that still run", () => {
    const mapper = newMapper();
    mapAll(splitAtResults().before, mapper);
    expect(transcriptOf([...mapper.suspend(waiting)])).toEqual([
      {
        role: "assistant",
        model: "claude-sonnet-5",
        content: [
          { type: "tool_use", id: "toolu_sub_1", name: "look", input: { at: "this" } },
          { type: "tool_use", id: "toolu_sub_2", name: "see", input: {} },
        ],
      },
    ]);
  });

  test("has what its calls used so far as its usage", () => {
    const mapper = newMapper();
    mapAll(splitAtResults().before, mapper);
    const end = [...mapper.suspend(waiting)].at(-1);
    if (end?.type !== "turn-end") throw new Error("No good end.");
    expect(end.usage.outputTokens).toBeGreaterThan(0);
    expect(end.usage.cacheReadTokens + end.usage.cacheWriteTokens).toBeGreaterThan(0);
  });
});

describe("a turn that goes on with what the one before began", () => {
  test("leaves results out of its record that answer no call of its own", () => {
    const events = mapAll(splitAtResults().after, newMapper({ isContinued: true }));
    expect(transcriptOf(events)).toMatchObject([
      { role: "assistant", content: [{ type: "text", text: "One is there, one is not." }] },
    ]);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "end" });
  });

  test("keeps the results of its own calls", () => {
    const events = mapAll(
      [...splitAtResults().after.slice(0, 2), ...recording("tool-round")],
      newMapper({ isContinued: true }),
    );
    expect(transcriptOf(events)).toMatchObject([
      { role: "assistant" },
      { role: "user", content: [{ tool_use_id: "toolu_read" }] },
      { role: "assistant" },
    ]);
  });

  test("counts its own calls, since Claude Code's sum is that of both turns", () => {
    const whole = mapRecording("parallel-tools").at(-1);
    const continued = mapAll(splitAtResults().after, newMapper({ isContinued: true })).at(-1);
    if (whole?.type !== "turn-end" || continued?.type !== "turn-end") throw new Error("No good end.");
    expect(continued.usage.outputTokens).toBeGreaterThan(0);
    expect(continued.usage.outputTokens).toBeLessThan(whole.usage.outputTokens);
  });

  test("has the cost since the turn before", () => {
    const mapper = newMapper({ isContinued: true, costBeforeUsd: 0.05 });
    const total = recording("parallel-tools").at(-1);
    const sum = total?.type === "result" ? total.total_cost_usd : 0;
    expect(mapAll(splitAtResults().after, mapper).at(-1)).toMatchObject({
      costUsd: expect.closeTo(sum - 0.05),
    });
  });
});

test("calls that were answered within the turn are not left to the client", () => {
  const mapper = newMapper();
  mapAll(recording("client-calls"), mapper);
  mapper.continueAfterResult();
  expect(mapper.clientCallIds).toEqual([]);
  expect(mapAll(recording("plain-text"), mapper).at(-1)).toMatchObject({ type: "turn-end", reason: "end" });
});

import { expect, test } from "vitest";

import type { ResponseEvent } from "../../src/protocols/responses/response-head.ts";
import { ResponseWriter } from "../../src/protocols/responses/output/response-writer.ts";
import { expectResponse, expectResponseEvent, expectResponseStream } from "./expect-response.ts";
import { headWith, turnEnd, turnOf } from "./response-turns.ts";

function stream(): ResponseEvent[] {
  const writer = new ResponseWriter(headWith(), () => 2000);
  const turn = turnOf(
    { type: "reasoning-delta", text: "Hm." },
    { type: "reasoning-end", signature: "s", model: "m" },
    { type: "text-delta", text: "One." },
    { type: "tool-call-start", callId: "call_1", name: "look" },
    { type: "tool-call-delta", callId: "call_1", text: "{}" },
    { type: "tool-call-end", callId: "call_1", name: "look", arguments: "{}" },
    turnEnd({ reason: "tool-calls" }),
  );
  return [...writer.start(), ...turn.flatMap((event) => writer.of(event))];
}

function numbered(events: readonly ResponseEvent[]): readonly ResponseEvent[] {
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

test("a good stream passes", () => {
  expect(() => expectResponseStream(stream())).not.toThrow();
});

test("a stream without any one of its events does not", () => {
  const events = stream();
  for (const index of events.keys()) {
    const cut = numbered(events.toSpliced(index, 1));
    expect(() => expectResponseStream(cut), events[index]?.type).toThrow();
  }
});

test("nor one with an event twice, or with two that changed places", () => {
  const events = stream();
  for (const [index, event] of events.entries()) {
    const double = numbered(events.toSpliced(index, 0, event));
    // It is said again in a silence.
    const mayRepeat = event.type === "response.in_progress";
    if (!mayRepeat) expect(() => expectResponseStream(double), event.type).toThrow();
    const next = events[index + 1];
    // Items may be open side by side.
    if (!next || (next.type === "response.output_item.added" && event.type === "response.output_item.done"))
      continue;
    const swapped = numbered(events.toSpliced(index, 2, next, event));
    expect(() => expectResponseStream(swapped), event.type).toThrow();
  }
  expect(() => expectResponseStream(events.map((event) => ({ ...event, sequence_number: 0 })))).toThrow();
});

test("fields that are missing, of another type or unknown are found", () => {
  const { body } = new ResponseWriter(headWith(), () => 2000);
  expect(() => expectResponse(body)).not.toThrow();
  for (const name of ["id", "object", "tools", "metadata", "parallel_tool_calls"]) {
    expect(() => expectResponse({ ...body, [name]: undefined }), name).toThrow();
  }
  expect(() => expectResponse({ ...body, status: "done" })).toThrow();
  expect(() => expectResponse({ ...body, more: 1 })).toThrow();
  expect(() => expectResponse({ ...body, output: [{ type: "message" }] })).toThrow();
  expect(() => expectResponse({ ...body, output: [{ type: "note" }] })).toThrow();
  expect(() => expectResponseEvent({ type: "response.note", sequence_number: 0 })).toThrow();
});

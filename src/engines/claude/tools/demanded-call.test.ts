import { expect, test } from "vitest";

import type { ClientTools } from "../../../core/words/client-tool.ts";
import type { EngineEvent, EngineOutput } from "../../../core/words/turn-event.ts";
import { NO_USAGE } from "../../../core/words/usage.ts";
import { DemandedCall, demandOf } from "./demanded-call.ts";

const LIST = [
  { name: "look", inputSchema: { type: "object" } },
  { name: "go", inputSchema: { type: "object" } },
];
const ANY: ClientTools = { list: LIST, choice: { type: "required" }, isParallel: true };
const GO: ClientTools = { list: LIST.slice(1), choice: { type: "tool", name: "go" }, isParallel: true };

const text = (words: string): EngineEvent => ({ type: "text-delta", text: words });
const CALL: EngineEvent = { type: "tool-call-start", callId: "call_1", name: "go" };
const PROGRESS: EngineOutput = { type: "progress" };
const DONE: EngineEvent = { type: "activity-start", activityId: "a", name: "Bash", input: {} };

function end(reason: "end" | "length" = "end"): EngineEvent {
  return { type: "turn-end", reason, usage: NO_USAGE, costUsd: 0 };
}

function pass(call: DemandedCall, ...events: EngineEvent[]): EngineOutput[] {
  return events.flatMap((event) => [...call.pass(event)]);
}

test("says which call it must be", () => {
  expect(demandOf(GO)).toMatch(/must call the tool go /);
  expect(demandOf(ANY)).toMatch(/must call at least one of these tools: look, go /);
});

test("without a demand everything passes at once", () => {
  const call = new DemandedCall(undefined);
  expect(pass(call, text("a"), end())).toEqual([text("a"), end()]);
  expect(call.askAgain()).toBeUndefined();
});

test("words come with the call that they stand before", () => {
  const call = new DemandedCall(ANY);
  expect(pass(call, text("I "), text("go."))).toEqual([PROGRESS, PROGRESS]);
  expect(pass(call, CALL, text("more"))).toEqual([text("I "), text("go."), CALL, text("more")]);
  expect(call.askAgain()).toBeUndefined();
});

test("words without a call are taken back, once", () => {
  const call = new DemandedCall(GO);
  pass(call, text("No."));
  expect(call.askAgain()).toMatch(/must call the tool go now/);
  expect(pass(call, text("I cannot."))).toEqual([PROGRESS]);
  expect(call.askAgain()).toBeUndefined();
  expect(pass(call, end())).toMatchObject([{ code: "tool-not-called" }, text("I cannot."), end()]);
});

test("what was said before Claude Code's own work stays said", () => {
  const call = new DemandedCall(ANY);
  expect(pass(call, text("First I look."), DONE)).toEqual([PROGRESS, text("First I look."), DONE]);
  pass(call, text("No."));
  expect(call.askAgain()).toBeDefined();
});

test("an answer that a limit cut is passed on as it is", () => {
  const call = new DemandedCall(ANY);
  expect(pass(call, text("I wou"), end("length"))).toEqual([PROGRESS, text("I wou"), end("length")]);
});

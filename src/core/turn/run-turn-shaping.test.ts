import { describe, expect, onTestFinished, test } from "vitest";

import { ALICE, BOB } from "../../../test/conformance/store-fixtures.ts";
import { openTurnBed, type TurnBed } from "../../../test/engine/turn-bed.ts";
import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { speak, USAGE } from "../../../test/engine/turn-scripts.ts";
import { Gate } from "../../demo/gate.ts";
import { nextTick } from "../../lib/time.ts";
import { openProcesses } from "../../offload/open-processes.ts";
import { BoundedSchemaChecker } from "../../offload/bounded-schema-checker.ts";
import type { OutputFormat } from "../words/output-format.ts";
import type { TurnOutcome } from "../ports/conversation-store.ts";
import type { TurnEvent } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

const STOP: Partial<TurnRequest> = { sampling: { stopSequences: ["END"] } };

const textOf = (events: readonly TurnEvent[]) =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");

async function recordOf(bed: TurnBed, [start]: readonly TurnEvent[]) {
  if (start?.type !== "turn-start") throw new Error(`The turn began with ${start?.type}.`);
  return (await bed.store.listTurns(ALICE, start.conversationId)).find(({ id }) => id === start.turnId);
}

/** A bed that notes how its turns were recorded, because the store does not list failed ones. */
async function openWatchedBed() {
  const outcomes: TurnOutcome[] = [];
  const bed = await openTurnBed({
    wrapStore: (store) => ({
      finishTurn: (id, outcome) => {
        outcomes.push(outcome);
        return store.finishTurn(id, outcome);
      },
    }),
  });
  return { bed, outcomes };
}

describe("an answer that is cut at a stop sequence", () => {
  test("goes on from what the client saw, in another session", async () => {
    const bed = await openTurnBed();
    bed.engine.script = speak(["one E", "ND two ", new Gate()]);
    const first = await bed.run(turnRequest(["count"], STOP));
    expect(first.slice(1)).toEqual([
      { type: "text-delta", text: "one " },
      { type: "transcript-append", entry: { role: "assistant", content: "one " } },
      { type: "turn-end", reason: "stop-sequence", stopSequence: "END", usage: USAGE, costUsd: 0.01 },
    ]);
    expect(await recordOf(bed, first)).toMatchObject({
      status: "completed",
      usage: USAGE,
      answer: { content: [{ type: "text", text: "one " }] },
    });
    await nextTick();
    expect(bed.engine.running).toEqual([]);

    bed.engine.script = speak(["three"]);
    const next = await bed.run(turnRequest(["count", "one ", "go on"], STOP));
    expect(next[0]).toMatchObject({ placement: "resumed" });
    expect(bed.engine.sessions[1]?.history).toEqual([
      { role: "user", content: "count" },
      { role: "assistant", content: "one " },
    ]);
    expect(bed.engine.sessions[1]?.prompts).toEqual(["go on"]);
    const third = await bed.run(turnRequest(["count", "one ", "go on", "three", "and?"], STOP));
    expect(third[0]).toMatchObject({ placement: "hot" });
  });

  test("is cut too when the engine ends well before it can be stopped", async () => {
    const bed = await openTurnBed();
    bed.engine.script = async function* () {
      yield { type: "text-delta", text: "one END two" };
      yield { type: "transcript-append", entry: { role: "assistant", content: "one END two" } };
      yield { type: "turn-end", reason: "end", usage: USAGE, costUsd: 0.01 };
    };
    const first = await bed.run(turnRequest(["count"], STOP));
    expect(first.at(-1)).toMatchObject({ type: "turn-end", reason: "stop-sequence" });
    await nextTick();
    expect(bed.engine.running).toEqual([]);
    const next = await bed.run(turnRequest(["count", "one ", "go on"]));
    expect(next[0]).toMatchObject({ placement: "resumed" });
    expect(bed.engine.sessions[1]?.history.at(-1)).toEqual({ role: "assistant", content: "one " });
  });

  test("by the model's API leaves the session as it is", async () => {
    const bed = await openTurnBed();
    bed.engine.script = speak(["one "], "stop-sequence");
    await bed.run(turnRequest(["count"], STOP));
    const next = await bed.run(turnRequest(["count", "one ", "go on"], STOP));
    expect(next[0]).toMatchObject({ placement: "hot" });
  });

  test("ends once when the client leaves", async () => {
    const bed = await openTurnBed();
    bed.engine.script = speak(["one ", new Gate()]);
    const client = new AbortController();
    for await (const event of bed.runTurn(turnRequest(["count"], STOP), client.signal)) {
      if (event.type === "text-delta") break;
    }
    await nextTick();
    expect(bed.engine.running).toEqual([]);
    expect(bed.queue.stats.running).toBe(0);
  });
});

describe("an answer in a format", () => {
  test("that does not fit is an error on record, and the next turn starts from before it", async () => {
    const { bed, outcomes } = await openWatchedBed();
    const wish: Partial<TurnRequest> = { outputFormat: { type: "json-object" } };
    bed.engine.script = speak(["I'd rather not."]);
    const failed = await bed.run(turnRequest(["json, please"], wish));
    expect(failed.slice(1)).toEqual([
      expect.objectContaining({ type: "transcript-append" }),
      expect.objectContaining({ type: "turn-error", usage: USAGE, costUsd: 0.01 }),
    ]);
    expect(outcomes).toMatchObject([{ status: "failed", errorKind: "output-invalid", usage: USAGE }]);
    await nextTick();
    expect(bed.engine.running).toEqual([]);
  });

  test("that fits goes on hot, with the fence that only Claude saw", async () => {
    const bed = await openTurnBed();
    const wish: Partial<TurnRequest> = { outputFormat: { type: "json-object" } };
    bed.engine.script = speak(['```json\n{"a":1}\n```']);
    expect(textOf(await bed.run(turnRequest(["json, please"], wish)))).toBe('{"a":1}');
    const next = await bed.run(turnRequest(["json, please", '{"a":1}', "again"], wish));
    expect(next[0]).toMatchObject({ placement: "hot" });
    bed.engine.sessions[0]?.process.kill();
    await nextTick();
    const resumed = await bed.run(turnRequest(["json, please", '{"a":1}', "again"], wish));
    expect(resumed[0]).toMatchObject({ placement: "resumed" });
    expect(bed.engine.sessions[1]?.history.at(-1)?.content).toEqual([
      { type: "text", text: '```json\n{"a":1}\n```' },
    ]);
  });
});

describe("a deadline of the request", () => {
  const soon: Partial<TurnRequest> = { timeoutMs: 20 };
  const TIMEOUT = { kind: "timeout", message: expect.stringContaining("0.02 seconds") };

  test("counts while the turn waits for its start", async () => {
    const bed = await openTurnBed({ queue: { maxTurnsAtOnce: 1 } });
    const gate = new Gate();
    bed.engine.script = speak([gate, "done"]);
    const first = bed.begin(turnRequest(["one"]));
    await gate.reached;
    const second = await bed.run(turnRequest(["two"], soon));
    expect(second).toMatchObject([{ type: "turn-error", error: TIMEOUT }]);
    expect(bed.queue.stats).toMatchObject({ running: 1, queued: 0 });
    gate.release();
    expect((await first.finished).at(-1)).toMatchObject({ type: "turn-end" });
  });

  test("counts while its process starts", async () => {
    const bed = await openTurnBed();
    bed.engine.startGate = new Gate();
    expect(await bed.run(turnRequest(["one"], soon))).toMatchObject([{ type: "turn-error", error: TIMEOUT }]);
    expect(bed.queue.stats.running).toBe(0);
    expect(bed.errors).toEqual([]);
  });

  test("counts while the turn waits for another of its conversation", async () => {
    const bed = await openTurnBed();
    const gate = new Gate();
    bed.engine.script = speak([gate, "done"]);
    const first = bed.begin(turnRequest(["one"], { conversationName: "talk" }));
    await gate.reached;
    const second = await bed.run(turnRequest(["two"], { conversationName: "talk", ...soon }));
    expect(second).toMatchObject([{ type: "turn-error", error: TIMEOUT }]);
    gate.release();
    await first.finished;
  });

  test("ends a running turn, with what it has used so far", async () => {
    const { bed, outcomes } = await openWatchedBed();
    bed.engine.script = speak(["one ", new Gate()]);
    const events = await bed.run(turnRequest(["count"], soon));
    expect(events.slice(1)).toMatchObject([
      { type: "text-delta", text: "one " },
      { type: "turn-error", error: TIMEOUT, usage: USAGE },
    ]);
    expect(outcomes).toMatchObject([{ status: "failed", errorKind: "timeout", usage: USAGE }]);
    await nextTick();
    expect(bed.engine.running).toEqual([]);
  });

  test("that is longer than the turn changes nothing", async () => {
    const bed = await openTurnBed();
    expect((await bed.run(turnRequest(["one"], { timeoutMs: 2 ** 40 }))).at(-1)).toMatchObject({
      type: "turn-end",
    });
  });

  test("does not lift the server's own", async () => {
    const bed = await openTurnBed({ deadlines: { turnMs: 20 } });
    bed.engine.script = speak([new Gate()]);
    const events = await bed.run(turnRequest(["one"], { timeoutMs: 60_000 }));
    expect(events.at(-1)).toMatchObject({
      error: { kind: "timeout", message: expect.stringContaining("this server allows") },
    });
  });
});

test("a schema that takes for ever costs its own turn, and no other turn waits for it", async () => {
  const processes = openProcesses();
  onTestFinished(() => processes.close());
  const bed = await openTurnBed({ schemas: new BoundedSchemaChecker(processes) });
  // Only a backtracking engine can run a pattern with lookahead.
  const slowFormat = formatOf("^(?=a)(a+)+$");
  bed.engine.script = speak([JSON.stringify({ a: `${"a".repeat(60)}!` })]);
  const slow = bed.begin(turnRequest(["slow"], { outputFormat: slowFormat }));
  await expect.poll(() => textOf(slow.events)).toContain("aaa");

  bed.engine.script = speak(['{"a":"aa"}']);
  const other = { principalId: BOB, outputFormat: formatOf("^(a+)+$") };
  const quick = await bed.run(turnRequest(["quick"], other));
  expect(quick.at(-1)).toMatchObject({ type: "turn-end" });
  expect(slow.events.some(({ type }) => type === "turn-error")).toBe(false);

  expect((await slow.finished).at(-1)).toMatchObject({
    type: "turn-error",
    error: {
      kind: "output-invalid",
      message: expect.stringMatching(/is not known: .* takes longer than 3 seconds/),
    },
  });
});

const formatOf = (pattern: string): OutputFormat => ({
  type: "json-schema",
  name: "out",
  schema: { type: "object", properties: { a: { type: "string", pattern } } },
});

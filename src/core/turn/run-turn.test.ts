import { describe, expect, test } from "vitest";
import { processKind } from "./process-kind.ts";

import { ALICE, BOB, message } from "../../../test/conformance/store-fixtures.ts";
import { openTurnBed, type TurnBed } from "../../../test/engine/turn-bed.ts";
import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { echo, failAfter, speak } from "../../../test/engine/turn-scripts.ts";
import { Gate } from "../../demo/gate.ts";
import { nextTick } from "../../lib/time.ts";
import { AppError } from "../words/app-error.ts";
import { ClaimRefused } from "../ports/engine-session.ts";
import type { TurnEvent } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

const textOf = (events: readonly TurnEvent[]) =>
  events.flatMap((event) => (event.type === "text-delta" ? [event.text] : [])).join("");

function startOf(events: readonly TurnEvent[]) {
  const [start] = events;
  if (start?.type !== "turn-start") throw new Error(`The turn began with ${start?.type}.`);
  return start;
}

const endOf = (events: readonly TurnEvent[]) => events.at(-1);
const errorOf = (events: readonly TurnEvent[]) => {
  const end = endOf(events);
  return end?.type === "turn-error" ? end.error.kind : undefined;
};

/** The turn as recorded, with its conversation. */
async function recordOf(bed: TurnBed, events: readonly TurnEvent[]) {
  const { conversationId, turnId } = startOf(events);
  const found = await bed.store.findConversation(ALICE, conversationId);
  const turns = await bed.store.listTurns(ALICE, conversationId);
  return { conversation: found, turn: turns.find((turn) => turn.id === turnId), turns };
}

const named = (text: string, changes: Partial<TurnRequest> = {}) =>
  turnRequest([text], { conversationName: "talk", ...changes });

const fullDisk = () => Promise.reject(new Error("The disk is full."));

/** Runs a turn whose spare could not become its session. */
async function refuse(isLasting: boolean) {
  const bed = await openTurnBed({ sessions: { sparesPerKind: 2 } });
  const request = turnRequest(["one"]);
  bed.pool.warm([processKind(request.target.profile)]);
  await nextTick();
  bed.engine.claimRefusal = new ClaimRefused("Its settings differ.", isLasting);
  const events = await bed.run(request);
  bed.engine.claimRefusal = undefined;
  return { bed, events };
}

describe("where a turn runs", () => {
  test("a new conversation claims a spare, if there is one", async () => {
    const bed = await openTurnBed({ sessions: { sparesPerKind: 1 } });
    const request = turnRequest(["hello"]);
    bed.pool.warm([processKind(request.target.profile)]);
    await nextTick();
    const events = await bed.run(request);
    expect(startOf(events).placement).toBe("spare");
    expect(bed.engine.sessions[0]?.process).toBe(bed.engine.spares[0]?.process);
  });

  test("without one it starts a process", async () => {
    const bed = await openTurnBed();
    const events = await bed.run(turnRequest(["hello"], { systemText: "Be brief." }));
    expect(startOf(events).placement).toBe("cold");
    expect(bed.engine.sessions[0]).toMatchObject({ history: [], spec: { systemText: "Be brief." } });
  });

  test("a conversation that goes on stays on its process and sends only what is new", async () => {
    const bed = await openTurnBed();
    const texts = ["one"];
    for (const next of ["two", "three", undefined]) {
      const events = await bed.run(turnRequest(texts));
      expect(startOf(events).placement).toBe(texts.length === 1 ? "cold" : "hot");
      texts.push(textOf(events), ...(next === undefined ? [] : [next]));
    }
    expect(bed.engine.sessions.map((session) => session.prompts)).toEqual([["one", "two", "three"]]);
    const { turns } = await recordOf(bed, await bed.run(turnRequest([...texts, "four"])));
    expect(turns.map((turn) => turn.input)).toEqual(
      ["one", "two", "three", "four"].map((text) => [message("user", text)]),
    );
  });

  test("a conversation whose process is gone is resumed from its record", async () => {
    const bed = await openTurnBed();
    const answer = textOf(await bed.run(turnRequest(["one"])));
    bed.engine.sessions[0]?.process.kill();
    await nextTick();
    const events = await bed.run(turnRequest(["one", answer, "two"]));
    expect(startOf(events).placement).toBe("resumed");
    expect(bed.engine.sessions[1]).toMatchObject({
      history: [
        { role: "user", content: "one" },
        // Claude's own message, as it was recorded.
        { role: "assistant", content: [{ type: "text", text: answer }] },
      ],
      prompts: ["two"],
    });
  });

  test("a history never seen is imported, and goes on hot", async () => {
    const bed = await openTurnBed();
    const texts = ["one", "from elsewhere", "two"];
    const events = await bed.run(turnRequest(texts));
    expect(startOf(events).placement).toBe("imported");
    expect(bed.engine.sessions[0]?.history).toEqual([
      { role: "user", content: "one" },
      { role: "assistant", content: "from elsewhere" },
    ]);
    expect((await recordOf(bed, events)).turn?.input).toHaveLength(3);
    const next = await bed.run(turnRequest([...texts, textOf(events), "three"]));
    expect(startOf(next).placement).toBe("hot");
  });

  test("a regenerated answer branches from the turn before", async () => {
    const bed = await openTurnBed();
    const first = await bed.run(turnRequest(["one"]));
    const again = ["one", textOf(first), "two"];
    const second = await bed.run(turnRequest(again));
    const regenerated = await bed.run(turnRequest(again));
    expect([second, regenerated].map((events) => startOf(events).placement)).toEqual(["hot", "resumed"]);
    expect(startOf(second).conversationId).toBe(startOf(first).conversationId);
    expect(startOf(regenerated).conversationId).not.toBe(startOf(first).conversationId);
    expect(bed.engine.sessions[1]?.prompts).toEqual(["two"]);
  });

  test("two requests for one state at once: one gets the process, the other a branch of its own", async () => {
    const bed = await openTurnBed();
    const first = await bed.run(turnRequest(["one"]));
    const gate = new Gate();
    bed.engine.script = speak([gate, "done"]);
    const both = [0, 1].map(() => bed.begin(turnRequest(["one", textOf(first), "two"])));
    await gate.reached;
    gate.release();
    const events = await Promise.all(both.map(({ finished }) => finished));
    expect(events.map((turn) => startOf(turn).placement)).toEqual(["hot", "resumed"]);
    expect(new Set(events.map((turn) => startOf(turn).conversationId)).size).toBe(2);
  });

  test("a changed system text wants another process", async () => {
    const bed = await openTurnBed();
    const answer = textOf(await bed.run(turnRequest(["one"], { systemText: "Be brief." })));
    const events = await bed.run(turnRequest(["one", answer, "two"], { systemText: "Be long." }));
    expect(startOf(events).placement).toBe("resumed");
    expect(bed.engine.sessions[1]?.spec.systemText).toBe("Be long.");
  });

  test("two principals with the same history never share a process", async () => {
    const bed = await openTurnBed();
    const answer = textOf(await bed.run(turnRequest(["one"])));
    const events = await bed.run(turnRequest(["one", answer, "two"], { principalId: BOB }));
    expect(startOf(events).placement).toBe("imported");
  });

  test("where no content is kept a conversation lives as long as its session, and then begins anew", async () => {
    const bed = await openTurnBed({ retention: { content: "none" } });
    const talk = (text: string) => bed.run(turnRequest([text], { conversationName: "talk" }));
    await talk("one");
    expect(startOf(await talk("two")).placement).toBe("hot");
    bed.engine.sessions[0]?.process.kill();
    await nextTick();
    const anew = await talk("three");
    expect(startOf(anew).placement).toBe("cold");
    // The new process is not mistaken for one that knows the whole past.
    const texts = ["one", "You said: one", "two", "You said: two", "three", textOf(anew), "four"];
    const whole = await bed.run(turnRequest(texts, { conversationName: "talk" }));
    expect(startOf(whole).placement).toBe("imported");
  });
});

describe("names", () => {
  test("a named conversation remembers without its history being sent", async () => {
    const bed = await openTurnBed();
    await bed.run(named("one"));
    const events = await bed.run(named("two"));
    expect(startOf(events)).toMatchObject({ placement: "hot", conversationName: "talk" });
    expect((await recordOf(bed, events)).conversation).toMatchObject({
      name: "talk",
      headTurnId: startOf(events).turnId,
    });
  });

  test("two requests for one name run in the order they came", async () => {
    const bed = await openTurnBed();
    const gate = new Gate();
    bed.engine.script = speak([gate, "done"]);
    const first = bed.begin(named("one"));
    const second = bed.begin(named("two"));
    await gate.reached;
    expect(bed.queue.stats).toMatchObject({ running: 1, queued: 1 });
    gate.release();
    await first.finished;
    expect(startOf(await second.finished).placement).toBe("hot");
    expect(bed.engine.sessions[0]?.prompts).toEqual(["one", "two"]);
  });

  test("an unnamed conversation goes by its id, which is sent with its first turn", async () => {
    const bed = await openTurnBed();
    const { conversationName, conversationId } = startOf(await bed.run(turnRequest(["one"])));
    expect(conversationName).toBe(conversationId);
    const next = await bed.run(turnRequest(["two"], { conversationName }));
    expect(startOf(next)).toMatchObject({ conversationId, placement: "hot" });
  });
});

describe("after the turn", () => {
  test("a whole turn is on record before its end is told", async () => {
    const bed = await openTurnBed();
    bed.engine.script = speak(["Hel", "lo"]);
    const request = turnRequest(["hi"], { systemText: "Be brief.", conversationName: "talk" });
    let seen: unknown;
    for await (const event of bed.runTurn(request, new AbortController().signal)) {
      if (event.type !== "turn-end") continue;
      const found = await bed.store.findConversation(ALICE, "talk");
      seen = found && (await bed.store.listTurns(ALICE, found.id));
    }
    expect(seen).toEqual([
      expect.objectContaining({
        id: request.turnId,
        status: "completed",
        placement: "cold",
        input: [message("user", "hi")],
        answer: message("assistant", "Hello"),
        transcript: [{ role: "assistant", content: [{ type: "text", text: "Hello" }] }],
        usage: expect.objectContaining({ inputTokens: 10, outputTokens: 5 }),
        costUsd: 0.01,
        firstTokenAt: expect.any(Number),
      }),
    ]);
    expect(bed.pool.stats()).toMatchObject({ idle: 1, busy: 0 });
  });

  test("the engine is through with the turn before its session is free for the next one", async () => {
    const bed = await openTurnBed();
    const events = bed.runTurn(turnRequest(["one"]), new AbortController().signal)[Symbol.asyncIterator]();
    let answer = "";
    for (let { value } = await events.next(); value?.type !== "turn-end"; { value } = await events.next()) {
      if (value?.type === "text-delta") answer += value.text;
    }
    // The first client has not read any further when the next request arrives.
    const next = await bed.run(turnRequest(["one", answer, "two"]));
    expect([startOf(next).placement, endOf(next)?.type]).toEqual(["hot", "turn-end"]);
    expect(await events.next()).toMatchObject({ done: true });
    expect(bed.engine.running).toHaveLength(1);
  });

  test.each([
    [
      "an error",
      failAfter("Hel", new AppError({ kind: "upstream-failed", message: "Broke." })),
      "upstream-failed",
    ],
    ["a cut by a limit", speak(["Hel"], "length"), undefined],
  ])(
    "after %s the process ends, and the conversation goes on from its last good state",
    async (_, script, kind) => {
      const bed = await openTurnBed();
      const answer = textOf(await bed.run(turnRequest(["one"])));
      bed.engine.script = script;
      const broken = await bed.run(turnRequest(["one", answer, "two"]));
      expect([textOf(broken), errorOf(broken)]).toEqual(["Hel", kind]);
      expect(bed.engine.running).toEqual([]);
      expect(bed.pool.stats()).toMatchObject({ idle: 0, busy: 0 });

      bed.engine.script = echo;
      const again = await bed.run(turnRequest(["one", answer, "two again"]));
      expect(startOf(again).placement).toBe("resumed");
      expect(bed.engine.sessions[1]?.history).toHaveLength(2);
    },
  );

  test("a turn that was cut by a limit is a state of its own to go on from", async () => {
    const bed = await openTurnBed();
    bed.engine.script = speak(["Hel"], "length");
    await bed.run(turnRequest(["one"]));
    bed.engine.script = echo;
    const next = await bed.run(turnRequest(["one", "Hel", "go on"]));
    expect(startOf(next).placement).toBe("resumed");
    expect(bed.engine.sessions[1]?.history).toHaveLength(2);
  });

  test("a process that dies in the turn gives an error, and the next turn is resumed", async () => {
    const bed = await openTurnBed();
    const answer = textOf(await bed.run(turnRequest(["one"])));
    const gate = new Gate();
    bed.engine.script = speak(["Hel", gate]);
    const broken = bed.begin(turnRequest(["one", answer, "two"]));
    await gate.reached;
    bed.engine.sessions[0]?.process.kill();
    expect(errorOf(await broken.finished)).toBe("engine-failed");
    expect((await recordOf(bed, await broken.finished)).turns).toHaveLength(1);
    bed.engine.script = echo;
    expect(startOf(await bed.run(turnRequest(["one", answer, "two"]))).placement).toBe("resumed");
  });

  test("an engine that breaks its word ends the turn with an error that gives nothing away", async () => {
    const bed = await openTurnBed();
    // oxlint-disable-next-line require-yield -- it breaks before it says anything
    bed.engine.script = async function* () {
      throw new Error("secret detail");
    };
    const events = await bed.run(turnRequest(["one"]));
    expect(errorOf(events)).toBe("internal");
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(bed.errors).toEqual([expect.objectContaining({ event: "turn.broke" })]);
    expect(bed.engine.running).toEqual([]);
  });
});

describe("a refused spare", () => {
  test.each([
    ["one that is just lost", false, "spare"],
    ["one whose folder no spare can serve", true, "cold"],
  ])("%s is replaced by a new process before anything is said", async (_, isLasting, nextPlacement) => {
    const { bed, events } = await refuse(isLasting);
    expect([textOf(events), endOf(events)?.type]).toEqual(["You said: one", "turn-end"]);
    expect(events.filter((event) => event.type === "turn-start")).toHaveLength(1);
    const [refused, replacement] = bed.engine.sessions;
    expect([refused?.process.ended, refused?.prompts, replacement?.prompts]).toEqual(["closed", [], ["one"]]);
    expect(startOf(await bed.run(turnRequest(["other"]))).placement).toBe(nextPlacement);
  });

  test("no process to replace it is an error", async () => {
    const bed = await openTurnBed({ sessions: { sparesPerKind: 1 } });
    const request = turnRequest(["one"]);
    bed.pool.warm([processKind(request.target.profile)]);
    await nextTick();
    bed.engine.claimRefusal = new ClaimRefused("Its settings differ.", false);
    bed.engine.startError = new AppError({ kind: "engine-failed", message: "No start." });
    const events = await bed.run(request);
    expect(errorOf(events)).toBe("engine-failed");
    expect(bed.engine.running).toEqual([]);
  });
});

test("who names a conversation by its id waits for the unnamed turn of it that runs", async () => {
  const bed = await openTurnBed();
  const first = await bed.run(turnRequest(["one"]));
  const gate = new Gate();
  bed.engine.script = speak(["second ", gate, "answer"]);
  const unnamed = bed.begin(turnRequest(["one", textOf(first), "two"]));
  await gate.reached;
  bed.engine.script = echo;
  const byId = bed.run(turnRequest(["three"], { conversationName: startOf(first).conversationId }));
  await nextTick();
  expect(bed.engine.sessions.map((session) => session.prompts)).toEqual([["one", "two"]]);
  gate.release();
  await unnamed.finished;
  expect(startOf(await byId).placement).toBe("hot");
  expect(bed.engine.sessions.map((session) => session.prompts)).toEqual([["one", "two", "three"]]);
});

describe("leaving and cancelling", () => {
  test("a reader who leaves ends the process and is on record as cancelled", async () => {
    const bed = await openTurnBed();
    bed.engine.script = speak(["Hel", "lo"]);
    let start: TurnEvent | undefined;
    for await (const event of bed.runTurn(turnRequest(["one"]), new AbortController().signal)) {
      start ??= event;
      if (event.type === "text-delta") break;
    }
    expect(await bed.store.listConversations(ALICE, { limit: 5 })).toHaveLength(1);
    expect(bed.engine.running).toEqual([]);
    expect(bed.queue.stats.running).toBe(0);
    expect(bed.running.find(startOf(start ? [start] : []).conversationId)).toBeUndefined();
  });

  test("cancelled while queued it never starts", async () => {
    const bed = await openTurnBed({ queue: { maxTurnsAtOnce: 1 } });
    const gate = new Gate();
    bed.engine.script = speak([gate]);
    const running = bed.begin(turnRequest(["one"]));
    await gate.reached;
    const client = new AbortController();
    const queued = bed.begin(turnRequest(["two"]), client.signal);
    client.abort();
    expect(await queued.finished).toMatchObject([{ type: "turn-error", error: { kind: "cancelled" } }]);
    gate.release();
    await running.finished;
    expect(bed.engine.sessions).toHaveLength(1);
  });

  test("cancelled while its process starts it ends that process", async () => {
    const bed = await openTurnBed();
    bed.engine.startGate = new Gate();
    const client = new AbortController();
    const starting = bed.begin(turnRequest(["one"]), client.signal);
    await bed.engine.startGate.reached;
    client.abort();
    expect(await starting.finished).toMatchObject([{ type: "turn-error", error: { kind: "cancelled" } }]);
    expect(bed.engine.running).toEqual([]);
    expect(bed.pool.stats()).toMatchObject({ starting: 0, busy: 0 });
    expect(bed.errors).toEqual([]);
  });

  test("cancelled while it runs it ends at once, with what was said", async () => {
    const bed = await openTurnBed();
    const gate = new Gate();
    bed.engine.script = speak(["Hel", gate, "lo"]);
    const client = new AbortController();
    const turn = bed.begin(turnRequest(["one"]), client.signal);
    await gate.reached;
    client.abort();
    const events = await turn.finished;
    expect([textOf(events), errorOf(events)]).toEqual(["Hel", "cancelled"]);
    expect(bed.engine.running).toEqual([]);
  });

  test("deleting its conversation cancels it", async () => {
    const bed = await openTurnBed();
    const gate = new Gate();
    bed.engine.script = speak(["Hel", gate]);
    const turn = bed.begin(turnRequest(["one"]));
    await gate.reached;
    bed.running.cancelConversation(startOf(turn.events).conversationId);
    expect(endOf(await turn.finished)).toMatchObject({
      type: "turn-error",
      error: { kind: "cancelled", message: "The conversation was deleted." },
    });
  });

  test("a missed deadline cancels it", async () => {
    const bed = await openTurnBed({ deadlines: { streamIdleMs: 1 } });
    bed.engine.script = speak(["Hel", new Gate()]);
    const events = await bed.run(turnRequest(["one"]));
    expect([textOf(events), errorOf(events)]).toEqual(["Hel", "timeout"]);
    expect(bed.engine.running).toEqual([]);
  });
});

describe("refusals before the start", () => {
  test("no login", async () => {
    const bed = await openTurnBed({
      requireLogin: () => Promise.reject(new AppError({ kind: "not-logged-in", message: "Log in." })),
    });
    expect(await bed.run(turnRequest(["one"]))).toMatchObject([
      { type: "turn-error", error: { kind: "not-logged-in" } },
    ]);
    expect(bed.queue.stats.running).toBe(0);
  });

  test("a full queue", async () => {
    const bed = await openTurnBed({ queue: { maxTurnsAtOnce: 1, queueLimit: 0 } });
    const gate = new Gate();
    bed.engine.script = speak([gate]);
    const running = bed.begin(turnRequest(["one"]));
    await gate.reached;
    expect(errorOf(await bed.run(turnRequest(["two"])))).toBe("queue-full");
    gate.release();
    expect(endOf(await running.finished)?.type).toBe("turn-end");
  });

  test("a process that does not start", async () => {
    const bed = await openTurnBed();
    bed.engine.startError = new AppError({ kind: "engine-failed", message: "No start." });
    expect(errorOf(await bed.run(turnRequest(["one"])))).toBe("engine-failed");
    expect(bed.errors).toEqual([expect.objectContaining({ event: "turn.failed-to-start" })]);
    expect(await bed.store.listConversations(ALICE, { limit: 5 })).toEqual([]);
  });
});

describe("a store that fails", () => {
  test("at the start: the turn does not run, and its session ends", async () => {
    const bed = await openTurnBed({ wrapStore: () => ({ beginTurn: fullDisk }) });
    const events = await bed.run(turnRequest(["one"]));
    expect(events).toMatchObject([{ type: "turn-error", error: { kind: "internal" } }]);
    expect(bed.engine.sessions[0]?.inputs).toEqual([]);
    expect(bed.engine.running).toEqual([]);
  });

  test("at the end: the client has its answer, and the session goes on", async () => {
    const bed = await openTurnBed({ wrapStore: () => ({ finishTurn: fullDisk }) });
    const events = await bed.run(turnRequest(["one"]));
    expect(endOf(events)?.type).toBe("turn-end");
    expect(bed.errors).toEqual([expect.objectContaining({ event: "turn.not-recorded" })]);
    expect(bed.pool.stats().idle).toBe(1);
  });
});

describe("draining", () => {
  test("running turns finish, waiting and new ones are refused", async () => {
    const bed = await openTurnBed({ queue: { maxTurnsAtOnce: 1 } });
    const gate = new Gate();
    bed.engine.script = speak(["Hel", gate, "lo"]);
    const running = bed.begin(turnRequest(["one"]));
    await gate.reached;
    const queued = bed.begin(turnRequest(["two"]));
    bed.queue.close();
    const late = await bed.run(turnRequest(["three"]));
    expect([errorOf(await queued.finished), errorOf(late)]).toEqual(["shutting-down", "shutting-down"]);
    gate.release();
    expect(textOf(await running.finished)).toBe("Hello");
    await bed.queue.whenIdle();
  });

  test("turns that take too long are told why they end", async () => {
    const bed = await openTurnBed();
    const gate = new Gate();
    bed.engine.script = speak([gate]);
    const running = bed.begin(turnRequest(["one"]));
    await gate.reached;
    bed.running.cancelAll(new AppError({ kind: "shutting-down", message: "The server stopped." }));
    expect(errorOf(await running.finished)).toBe("shutting-down");
    await bed.queue.whenIdle();
    expect(bed.engine.running).toEqual([]);
  });
});

test("more text than the model's window can hold is refused before a process is started for it", async () => {
  const bed = await openTurnBed();
  for (const request of [
    turnRequest(["word ".repeat(2_500_000)]),
    turnRequest(["hello"], { systemText: "word ".repeat(2_500_000) }),
  ]) {
    const events = await bed.run(request);
    expect(events.map(({ type }) => type)).toEqual(["turn-error"]);
    expect(errorOf(events)).toBe("context-length-exceeded");
  }
  expect(bed.engine.sessions).toEqual([]);
  expect(bed.queue.stats).toMatchObject({ running: 0, queued: 0 });
});

import { describe, expect, test } from "vitest";

import { message } from "../../../test/conformance/store-fixtures.ts";
import { openTurnBed, type TurnBed } from "../../../test/engine/turn-bed.ts";
import { AGENT_KIND, AGENT_PROFILE, CHAT_KIND, turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { callTools, echo } from "../../../test/engine/turn-scripts.ts";
import { nextTick } from "../../lib/time.ts";
import { AppError } from "../words/app-error.ts";
import { NO_CLIENT_TOOLS } from "../words/client-tool.ts";
import type { AnswerMessage, Message } from "../words/message.ts";
import type { TurnEvent } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

const TOOLS = { ...NO_CLIENT_TOOLS, list: [{ name: "look", inputSchema: { type: "object" } }] };

const calls = (...callIds: readonly string[]): AnswerMessage => ({
  role: "assistant",
  content: callIds.map((callId) => ({ type: "tool-call", callId, name: "look", arguments: "{}" })),
});
const results = (...callIds: readonly string[]): Message => ({
  role: "tool",
  content: callIds.map((callId) => ({
    type: "tool-result",
    callId,
    content: [{ type: "text", text: `result of ${callId}` }],
  })),
});

function request(messages: readonly Message[], changes: Partial<TurnRequest> = {}): TurnRequest {
  return { ...turnRequest([]), messages, tools: TOOLS, ...changes };
}

const ASKED = [message("user", "look twice"), calls("call_1", "call_2")];

/** A conversation in which Claude waits for the results of two calls. */
async function openBedWithCalls(changes: Partial<TurnRequest> = {}): Promise<TurnBed> {
  const bed = await openTurnBed();
  bed.engine.script = callTools(["call_1", "call_2"]);
  const events = await bed.run(request(ASKED.slice(0, 1), changes));
  expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "tool-calls" });
  bed.engine.script = echo;
  return bed;
}

const placementOf = ([start]: readonly TurnEvent[]) =>
  start?.type === "turn-start" ? start.placement : undefined;

const REFUSALS: readonly (readonly [string, readonly Message[], RegExp])[] = [
  ["one of them is missing", [results("call_1")], /did not have response messages: call_2/],
  ["words come instead", [message("user", "never mind")], /did not have response messages: call_1, call_2/],
  ["nothing comes", [], /did not have response messages: call_1, call_2/],
  ["one answers no call", [results("call_1", "call_2", "call_9")], /no open call with the id call_9/],
];

function expectRefusal(events: readonly TurnEvent[], words: RegExp): void {
  expect(events).toEqual([
    expect.objectContaining({
      type: "turn-error",
      error: expect.objectContaining({
        kind: "invalid-request",
        param: "messages",
        message: expect.stringMatching(words),
      }),
    }),
  ]);
}

describe("results of client tools", () => {
  test("go to the live session that made the calls, and nothing else does", async () => {
    const bed = await openBedWithCalls();
    const events = await bed.run(request([...ASKED, results("call_2"), results("call_1")]));
    expect([placementOf(events), events.at(-1)?.type]).toEqual(["hot", "turn-end"]);
    expect(bed.engine.sessions).toHaveLength(1);
    expect(bed.engine.sessions[0]?.inputs[1]).toMatchObject({
      messages: [results("call_2"), results("call_1")],
      tools: TOOLS,
    });
  });

  test("may have words after them", async () => {
    const bed = await openBedWithCalls();
    const more = [results("call_1", "call_2"), message("user", "and?")];
    expect(placementOf(await bed.run(request([...ASKED, ...more])))).toBe("hot");
    expect(bed.engine.sessions[0]?.inputs[1]?.messages).toEqual(more);
  });

  test("are all that is sent to a conversation that is named", async () => {
    const bed = await openBedWithCalls({ conversationName: "talk" });
    const events = await bed.run(request([results("call_1", "call_2")], { conversationName: "talk" }));
    expect([placementOf(events), events.at(-1)?.type]).toEqual(["hot", "turn-end"]);
  });

  test("are found by what the calls mean, not by how their arguments are written", async () => {
    const bed = await openBedWithCalls();
    const rewritten = calls("call_1", "call_2").content.map((part) => ({ ...part, arguments: " { } " }));
    const history: Message[] = [message("user", "look twice"), { role: "assistant", content: rewritten }];
    expect(placementOf(await bed.run(request([...history, results("call_1", "call_2")])))).toBe("hot");
  });

  test("carry a turn on through several rounds, on one process", async () => {
    const bed = await openTurnBed();
    const history = [message("user", "look often")];
    for (const round of ["1", "2", "3"]) {
      bed.engine.script = callTools([`call_${round}`]);
      const events = await bed.run(request(history));
      expect(placementOf(events)).toBe(round === "1" ? "cold" : "hot");
      history.push(calls(`call_${round}`), results(`call_${round}`));
    }
    bed.engine.script = echo;
    expect((await bed.run(request(history))).at(-1)).toMatchObject({ reason: "end" });
    expect(bed.engine.sessions).toHaveLength(1);
  });

  test("reach a process that is started for them as its first turn", async () => {
    const bed = await openBedWithCalls();
    bed.engine.sessions[0]?.process.kill();
    await nextTick();
    const events = await bed.run(request([...ASKED, results("call_1", "call_2")]));
    expect([placementOf(events), events.at(-1)?.type]).toEqual(["resumed", "turn-end"]);
    const [, resumed] = bed.engine.sessions;
    expect(resumed?.history).toMatchObject([
      { role: "user", content: "look twice" },
      { role: "assistant", content: [{ id: "call_1" }, { id: "call_2" }] },
    ]);
    expect(resumed?.firstTurn).toMatchObject({ messages: [results("call_1", "call_2")], tools: TOOLS });
    expect(resumed?.inputs).toEqual([resumed?.firstTurn]);
  });

  test("of calls that were made elsewhere begin an imported conversation", async () => {
    const bed = await openTurnBed();
    const events = await bed.run(request([...ASKED, results("call_1", "call_2")]));
    expect([placementOf(events), events.at(-1)?.type]).toEqual(["imported", "turn-end"]);
    const [imported] = bed.engine.sessions;
    expect(imported?.history).toHaveLength(2);
    expect(imported?.firstTurn?.messages).toEqual([results("call_1", "call_2")]);
  });
});

describe.each(REFUSALS)("results are refused when %s", (_, wrong, words) => {
  test("and the live session keeps standing, for the right ones", async () => {
    const bed = await openBedWithCalls();
    expectRefusal(await bed.run(request([...ASKED, ...wrong])), words);
    expect(bed.pool.stats()).toMatchObject({ idle: 1, busy: 0 });
    const events = await bed.run(request([...ASKED, results("call_1", "call_2")]));
    expect([placementOf(events), events.at(-1)?.type]).toEqual(["hot", "turn-end"]);
    // The refused request never reached Claude.
    expect(bed.engine.sessions.map((session) => session.inputs.length)).toEqual([2]);
    expect(bed.errors).toEqual([]);
  });

  test("and no process is started for them where the session is gone", async () => {
    const bed = await openBedWithCalls();
    bed.engine.sessions[0]?.process.kill();
    await nextTick();
    expectRefusal(await bed.run(request([...ASKED, ...wrong])), words);
    expect([bed.engine.sessions.length, bed.engine.running]).toEqual([1, []]);
  });

  test("and no process is started for them where the calls were made elsewhere", async () => {
    const bed = await openTurnBed();
    expectRefusal(await bed.run(request([...ASKED, ...wrong])), words);
    expect(bed.engine.sessions).toEqual([]);
  });
});

test("results are refused in a conversation that has no calls", async () => {
  const bed = await openTurnBed();
  expectRefusal(await bed.run(request([results("call_1")])), /no open call with the id call_1/);
  expect(bed.engine.sessions).toEqual([]);
});

test("a named conversation that was sent wrong results is not held up", async () => {
  const bed = await openBedWithCalls({ conversationName: "talk" });
  const wrong = await bed.run(request([message("user", "never mind")], { conversationName: "talk" }));
  expectRefusal(wrong, /call_1, call_2/);
  const right = await bed.run(request([results("call_1", "call_2")], { conversationName: "talk" }));
  expect([placementOf(right), right.at(-1)?.type]).toEqual(["hot", "turn-end"]);
});

describe("the process of a turn", () => {
  const target = {
    modelId: "claude-code",
    profile: { ...AGENT_PROFILE, builtinTools: "auto" as const },
    model: "default",
  };

  test("is a bare one where the client brings its tools, unless the profile says otherwise", async () => {
    const bed = await openTurnBed();
    await bed.run(request([message("user", "one")], { target }));
    await bed.run(request([message("user", "two")], { target, tools: NO_CLIENT_TOOLS }));
    await bed.run(request([message("user", "three")], { target: { ...target, profile: AGENT_PROFILE } }));
    expect(bed.engine.sessions.map((session) => session.spec.kind)).toEqual([
      CHAT_KIND,
      AGENT_KIND,
      AGENT_KIND,
    ]);
  });

  test("is another one when the client's tools come or go in between", async () => {
    const bed = await openTurnBed();
    await bed.run(request([message("user", "one")], { target, conversationName: "talk" }));
    const changes = { target, tools: NO_CLIENT_TOOLS, conversationName: "talk" };
    expect(placementOf(await bed.run(request([message("user", "two")], changes)))).toBe("resumed");
  });

  test("is not started for tools that cannot be offered", async () => {
    const bed = await openTurnBed();
    bed.engine.toolRefusal = new AppError({
      kind: "invalid-request",
      message: "The tool 'Bash' cannot be offered.",
      param: "tools",
    });
    expect(await bed.run(request([message("user", "one")]))).toMatchObject([
      { type: "turn-error", error: { kind: "invalid-request", param: "tools" } },
    ]);
    expect(bed.engine.sessions).toEqual([]);
  });
});

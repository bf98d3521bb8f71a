import { promiseHooks } from "node:v8";

import { expect, test } from "vitest";

import { ChatStream } from "../../src/protocols/chat-completions/format-chat-stream.ts";
import { encodeChatStream } from "../../src/protocols/chat-completions/encode-chat-stream.ts";
import { through } from "../../src/lib/staged-stream.ts";
import { createSseStream } from "../../src/http/answers/sse-stream.ts";
import { NO_USAGE } from "../../src/core/words/usage.ts";
import { openTurn } from "../../src/service/turns/open-turn.ts";
import { openTurnBed } from "../engine/turn-bed.ts";
import { CHAT_KIND, turnRequest } from "../engine/turn-fixtures.ts";
import { DENYING_SUPERVISOR, turnInput } from "../engine/turn-input.ts";
import type { TurnScript } from "../engine/scripted-session.ts";

/**
 * A promise cuts what a delta causes into steps that run one after the other. From the engine to the client's reader there may be
 * so many: the engine's word is heard by the turn's pipeline (1), that by the stages up to the protocol's format (2), those by the
 * body of the answer (3), and that by who reads it and is asked for more by it (4, 5). Each operator that is put between, such as
 * an async generator, adds two.
 */
const MOST_STEPS = 5;
const SPEC = { kind: CHAT_KIND, workspace: "/w", model: "sonnet", instructions: "", systemText: "" };
const FEW = 1_000;
const MANY = 3_000;

test("a streamed delta of a plain chat passes no more steps than are needed", async () => {
  const alone = await stepsPerDelta(engineAlone);
  const steps = (await stepsPerDelta(wholeWay)) - alone;
  expect(steps).toBeGreaterThan(1);
  expect(steps).toBeLessThanOrEqual(MOST_STEPS);
});

async function stepsPerDelta(play: (deltas: number, count: Count) => Promise<void>): Promise<number> {
  const few = await countSteps((count) => play(FEW, count));
  const many = await countSteps((count) => play(MANY, count));
  return (many - few) / (MANY - FEW);
}

type Count = (run: () => Promise<void>) => Promise<void>;

/** How many steps `count` has run. */
async function countSteps(play: (count: Count) => Promise<void>): Promise<number> {
  let steps = 0;
  await play(async (run) => {
    const stop = promiseHooks.onBefore(() => {
      steps += 1;
    });
    try {
      await run();
    } finally {
      Reflect.apply(stop, undefined, []);
    }
  });
  return steps;
}

function say(deltas: number): TurnScript {
  return async function* () {
    for (let index = 0; index < deltas; index += 1) yield { type: "text-delta", text: "word " };
    yield { type: "turn-end", reason: "end", usage: NO_USAGE, costUsd: 0 };
  };
}

/** What the scripted engine itself costs, and who listens to it. */
async function engineAlone(deltas: number, count: Count): Promise<void> {
  const bed = await openTurnBed();
  bed.engine.script = say(deltas);
  const start = { spec: SPEC, history: [], firstTurn: turnInput([]) };
  const session = await bed.engine.startSession(start, new AbortController().signal);
  await count(async () => {
    let heard = 0;
    for await (const _ of session.runTurn(
      start.firstTurn,
      DENYING_SUPERVISOR,
      new AbortController().signal,
    )) {
      heard += 1;
    }
    expect(heard).toBe(deltas + 1);
  });
}

/** A streamed chat from the engine to the bytes of its answer. */
async function wholeWay(deltas: number, count: Count): Promise<void> {
  const bed = await openTurnBed();
  bed.engine.script = say(deltas);
  const request = turnRequest(["hi"]);
  const answer = { turnId: request.turnId, modelId: "sonnet", createdAt: 0, branchCount: 1 };
  const form = { isLegacyFunctions: false, tellsAgent: true };
  const chat = new ChatStream({ ...answer, ...form }, { includeUsage: false });
  const { events } = await openTurn(bed.runTurn(request, new AbortController().signal), 60_000);
  const body = createSseStream(through(events, encodeChatStream(chat)), {
    keepAliveMs: 60_000,
    isSilent: false,
    onCancel: () => {},
  });
  await count(async () => {
    const reader = body.getReader();
    let bytes = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) bytes += next.value.length;
    expect(bytes).toBeGreaterThan(deltas * 100);
  });
}

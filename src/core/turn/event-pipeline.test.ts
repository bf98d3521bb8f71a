import * as fc from "fast-check";
import { expect, test } from "vitest";

import { driveEvents } from "../../../test/engine/drive-events.ts";
import { toBatches } from "../../lib/batch-stream.ts";
import { AppError } from "../words/app-error.ts";
import {
  type EngineEvent,
  type EngineOutput,
  type EventStage,
  isTerminalEvent,
} from "../words/turn-event.ts";
import { NO_USAGE } from "../words/usage.ts";

const END: EngineEvent = { type: "turn-end", reason: "end", usage: NO_USAGE, costUsd: 0 };
const ERROR: EngineEvent = {
  type: "turn-error",
  error: { kind: "refusal", message: "No." },
  usage: NO_USAGE,
  costUsd: 0,
};
const TEXT: EngineEvent = { type: "text-delta", text: "Hello" };

/** Yields the events and fails before the one with the index `at`; the clean-up may fail as well. */
async function* engine(
  events: readonly EngineEvent[],
  failure: { readonly at?: number | undefined; readonly error?: unknown; readonly inCleanUp?: boolean } = {},
): AsyncGenerator<EngineEvent> {
  try {
    for (const [index, event] of events.entries()) {
      if (index === failure.at) throw failure.error;
      yield event;
    }
    if (failure.at === events.length) throw failure.error;
  } finally {
    // oxlint-disable-next-line no-unsafe-finally -- this is the case under test
    if (failure.inCleanUp) throw new Error("The clean-up failed.");
  }
}

async function collect(events: AsyncIterable<EngineEvent>) {
  const failures: unknown[] = [];
  const collected = await Array.fromAsync(
    driveEvents(events, { onFailure: (error) => failures.push(error) }),
  );
  return { collected, failures };
}

test("passes a whole turn on as it is", async () => {
  expect(await collect(engine([TEXT, END]))).toEqual({ collected: [TEXT, END], failures: [] });
});

test("drops what comes after the end", async () => {
  expect((await collect(engine([END, TEXT, ERROR]))).collected).toEqual([END]);
});

test("a failure of a known kind is the turn's error", async () => {
  const error = new AppError({ kind: "engine-failed", message: "Gone." });
  const { collected, failures } = await collect(engine([TEXT], { at: 1, error }));
  expect(collected).toEqual([TEXT, { ...ERROR, error: error.info }]);
  expect(failures).toEqual([error]);
});

test("an unknown failure gives nothing away", async () => {
  const { collected } = await collect(engine([], { at: 0, error: new Error("secret path") }));
  expect(collected).toMatchObject([{ type: "turn-error", error: { kind: "internal" } }]);
  expect(JSON.stringify(collected)).not.toContain("secret");
});

test("a turn that just stops has failed", async () => {
  const { collected, failures } = await collect(engine([TEXT]));
  expect(collected).toMatchObject([TEXT, { type: "turn-error", error: { kind: "internal" } }]);
  expect(failures).toHaveLength(1);
});

test("a failing clean-up adds no second end, but is told", async () => {
  const { collected, failures } = await collect(engine([TEXT, END], { inCleanUp: true }));
  expect(collected).toEqual([TEXT, END]);
  expect(failures).toEqual([new Error("The clean-up failed.")]);
});

test("whatever the engine does, exactly one terminal event comes, and it comes last", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(TEXT, END, ERROR), { maxLength: 6 }),
      fc.option(fc.nat({ max: 6 }), { nil: undefined }),
      fc.boolean(),
      async (events, at, inCleanUp) => {
        const { collected } = await collect(engine(events, { at, error: new Error("broke"), inCleanUp }));
        expect(collected.filter(isTerminalEvent)).toHaveLength(1);
        expect(collected.findIndex(isTerminalEvent)).toBe(collected.length - 1);
      },
    ),
  );
});

/** An engine that delivers these in one batch. */
function atOnce(...outputs: readonly EngineOutput[]) {
  const given = toBatches<EngineOutput>([]);
  given.putBack(outputs);
  return given;
}

const PROGRESS: EngineOutput = { type: "progress" };
const TOOLS: EngineEvent = { type: "mcp-tools", serverLabel: "x", tools: [] };
const CHANGED: EngineEvent = { type: "notice", code: "retry", message: "Again." };

test("what comes at once goes on at once, but for the end, which comes alone when the turn is on record", async () => {
  const log: string[] = [];
  const events = driveEvents(atOnce(TEXT, PROGRESS, TEXT, END, TEXT), {
    note: ({ type }) => void log.push(type),
    finish: async (end) => void log.push(`finished ${end.type}`),
  });
  expect(await events.nextBatch()).toEqual([TEXT, TEXT]);
  expect(log).toEqual(["text-delta", "text-delta"]);
  expect(await events.nextBatch()).toEqual([END]);
  expect(log.slice(2)).toEqual(["turn-end", "finished turn-end"]);
  expect(await events.nextBatch()).toBeUndefined();
});

test("what stands before a wait of a stage goes out before it", async () => {
  const { promise: isDue, resolve: go } = Promise.withResolvers<void>();
  const waiting: EventStage = {
    of: (event) => (event.type === "text-delta" ? [event] : isDue.then(() => [CHANGED, event])),
  };
  const events = driveEvents(atOnce(TEXT, END), { tell: waiting });
  expect(await events.nextBatch()).toEqual([TEXT]);
  const end = events.nextBatch();
  go();
  expect([await end, await events.nextBatch()]).toEqual([[CHANGED], [END]]);
});

test("what stands before a stage's failure goes out before its error", async () => {
  const failing: EventStage = {
    of(event) {
      if (event.type === "turn-end") throw new Error("broke");
      return [event];
    },
  };
  const events = driveEvents(atOnce(TEXT, END), { shape: failing });
  expect(await Array.fromAsync(events)).toMatchObject([
    TEXT,
    { type: "turn-error", error: { kind: "internal" } },
  ]);
});

test("what happened before Claude says anything comes behind the lists of tools", async () => {
  const events = driveEvents(atOnce(PROGRESS, TOOLS, TEXT, TEXT, END), { before: [CHANGED] });
  expect(await Array.fromAsync(events)).toEqual([TOOLS, CHANGED, TEXT, TEXT, END]);
});

test("a turn that cannot be put on record has failed, and has one end", async () => {
  const failures: unknown[] = [];
  const events = driveEvents(atOnce(END), {
    finish: () => Promise.reject(new Error("no disk")),
    onFailure: (error) => failures.push(error),
  });
  expect(await Array.fromAsync(events)).toMatchObject([{ type: "turn-error", error: { kind: "internal" } }]);
  expect(failures).toEqual([new Error("no disk")]);
});

test("a reader who leaves before the end leaves the turn once; after it, not at all", async () => {
  let leftCount = 0;
  const leave = async () => void (leftCount += 1);
  for await (const _ of driveEvents(atOnce(TEXT, END), { leave })) break;
  expect(leftCount).toBe(1);
  const read = driveEvents(atOnce(TEXT, END), { leave });
  await Array.fromAsync(read);
  await read.return();
  expect(leftCount).toBe(1);
});

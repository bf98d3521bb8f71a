import * as fc from "fast-check";
import { expect, test } from "vitest";

import { AppError } from "../words/app-error.ts";
import { ensureTerminal } from "./ensure-terminal.ts";
import { type EngineEvent, isTerminalEvent } from "../words/turn-event.ts";
import { NO_USAGE } from "../words/usage.ts";

const END: EngineEvent = { type: "turn-end", reason: "end", usage: NO_USAGE, costUsd: 0 };
const ERROR: EngineEvent = {
  type: "turn-error",
  error: { kind: "refusal", message: "No." },
  usage: NO_USAGE,
  costUsd: 0,
};
const TEXT: EngineEvent = { type: "text-delta", text: "Hello" };

/** Events, then a failure where `failsAt` says so; the clean-up may fail as well. */
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
    // oxlint-disable-next-line no-unsafe-finally -- that is the case under test
    if (failure.inCleanUp) throw new Error("The clean-up failed.");
  }
}

async function collect(events: AsyncIterable<EngineEvent>) {
  const failures: unknown[] = [];
  const collected = await Array.fromAsync(ensureTerminal(events, (error) => failures.push(error)));
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

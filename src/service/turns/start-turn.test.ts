import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import { SILENT_LOGGER } from "../../core/ports/logger.ts";
import { startTurn } from "./start-turn.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A turn that lasts until it is aborted, and then says why. */
const untilAborted: TurnRunner = async function* (_, signal) {
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  yield {
    type: "turn-error",
    error: { kind: "internal", message: String(signal.reason) },
    usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 },
    costUsd: 0,
  };
};

function run(timeoutMs: number, signal = new AbortController().signal) {
  const starter = { runTurn: untilAborted, clock: Date.now, logger: SILENT_LOGGER };
  const record = { requestId: "req_1", startedAt: 0 };
  return Array.fromAsync(startTurn(starter, turnRequest(["hi"], { timeoutMs }), record, signal).events);
}

test("aborts the turn when its time is up, and leaves no timer", async () => {
  const running = run(300);
  await vi.advanceTimersByTimeAsync(299);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await running).toMatchObject([
    { error: { message: "AppError: The turn took longer than the 0.3 seconds that the request allows." } },
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

test("the client's leaving counts as before", async () => {
  const client = new AbortController();
  const running = run(300, client.signal);
  client.abort("left");
  expect(await running).toMatchObject([{ error: { message: "left" } }]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a time that no timer can take is no time at all", async () => {
  const running = run(2 ** 40);
  await vi.advanceTimersByTimeAsync(1_000_000);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(2 ** 31);
  expect(await running).toHaveLength(1);
});

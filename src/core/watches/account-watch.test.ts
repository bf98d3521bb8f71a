import { expect, onTestFinished, test, vi } from "vitest";

import { AccountWatch } from "./account-watch.ts";
import type { Engine, EngineAccount } from "../ports/engine.ts";
import { SILENT_LOGGER } from "../ports/logger.ts";
import { BatchStream, toBatches } from "../../lib/batch-stream.ts";
import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import type { TurnEvent } from "../words/turn-event.ts";
import { NO_USE } from "../words/usage.ts";
import { waitFor } from "../../../test/wait-for.ts";

const LOGGED_IN: EngineAccount = { isLoggedIn: true, source: "ANTHROPIC_API_KEY", models: [] };
const LOGGED_OUT: EngineAccount = { isLoggedIn: false, source: "none", models: [] };

const loggedIn = () => Promise.resolve(LOGGED_IN);

/** A watch over an engine that gives the answer the test sets, with a count of how often it was asked. */
function watchAccount() {
  let now = 1_000_000;
  let looks = 0;
  let answer = loggedIn;
  const describeAccount: Engine["describeAccount"] = (signal) => {
    looks += 1;
    return Promise.race([answer(), rejectOnAbort(signal)]);
  };
  const onReady = vi.fn<() => void>();
  // Proof for the cast: the watch uses nothing else of the engine.
  const engine = { describeAccount } as Engine;
  const errors: unknown[] = [];
  const logger = { ...SILENT_LOGGER, error: (event: string) => void errors.push(event) };
  const watch = new AccountWatch({ engine, clock: () => now, logger, onReady });
  return {
    watch,
    onReady,
    errors,
    looks: () => looks,
    answerWith: (next: () => Promise<EngineAccount>) => (answer = next),
    pass: (ms: number) => (now += ms),
  };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

test("with credentials it is ready, says so, and asks no more", async () => {
  const { watch, onReady, looks } = watchAccount();
  expect(watch.state).toEqual({ type: "unknown" });
  await watch.check();
  expect(watch.state).toEqual({ type: "ready", account: LOGGED_IN });
  await watch.requireLogin(new AbortController().signal);
  expect([onReady.mock.calls.length, looks()]).toEqual([1, 1]);
});

test("the first request asks when nobody has yet, and joins a look that is under way", async () => {
  const { watch, looks } = watchAccount();
  await Promise.all([
    watch.requireLogin(new AbortController().signal),
    watch.requireLogin(new AbortController().signal),
    watch.check(),
  ]);
  expect(looks()).toBe(1);
});

test("without credentials a request is told how to get them, and the account's models are known all the same", async () => {
  const { watch, onReady, answerWith } = watchAccount();
  answerWith(async () => LOGGED_OUT);
  await expect(watch.requireLogin(new AbortController().signal)).rejects.toMatchObject({
    info: { kind: "not-logged-in", message: expect.stringContaining("ANTHROPIC_API_KEY") },
  });
  expect(watch.state).toMatchObject({ type: "not-logged-in", account: LOGGED_OUT });
  expect(onReady).not.toHaveBeenCalled();
});

test("who logs in later is found, but not looked for with each request", async () => {
  const { watch, onReady, looks, answerWith, pass } = watchAccount();
  answerWith(async () => LOGGED_OUT);
  await expect(watch.requireLogin(new AbortController().signal)).rejects.toThrow();
  answerWith(loggedIn);
  pass(4_999);
  await expect(watch.requireLogin(new AbortController().signal)).rejects.toThrow();
  expect(looks()).toBe(1);
  pass(1);
  await watch.requireLogin(new AbortController().signal);
  expect([onReady.mock.calls.length, looks()]).toEqual([1, 2]);
});

test("a Claude Code that does not start is logged, told without details, and tried again", async () => {
  const { watch, errors, answerWith, pass } = watchAccount();
  answerWith(() => Promise.reject(new Error("/secret/path is missing")));
  const failure = await watch.requireLogin(new AbortController().signal).catch((error: unknown) => error);
  expect(failure).toMatchObject({ info: { kind: "engine-failed" } });
  expect(String(failure)).not.toContain("secret");
  expect(errors).toEqual(["account.check-failed"]);
  answerWith(loggedIn);
  pass(5_000);
  await watch.requireLogin(new AbortController().signal);
});

const FAILED: TurnEvent = {
  type: "turn-error",
  error: { kind: "engine-failed", message: "It ended." },
  ...NO_USE,
};

test("a program that goes soon after another failure is found to be gone, without a further turn", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { watch, answerWith, pass, looks } = watchAccount();
  await watch.check();
  const fail = () =>
    Array.fromAsync(
      watch.listen(async function* () {
        yield FAILED;
      })(turnRequest(["hello"]), new AbortController().signal),
    );
  await fail();
  expect(looks()).toBe(2);
  answerWith(() => Promise.reject(new Error("ENOENT")));
  pass(2_000);
  await fail();
  await fail();
  await vi.advanceTimersByTimeAsync(2_999);
  expect([looks(), watch.trouble]).toEqual([2, undefined]);
  await vi.advanceTimersByTimeAsync(1);
  expect([looks(), watch.trouble]).toEqual([3, expect.stringMatching(/could not be started/)]);
  expect(vi.getTimerCount()).toBe(0);

  // Nothing is left when it closes.
  await fail();
  watch.close();
  expect(vi.getTimerCount()).toBe(0);
});

test("a program that is gone after the start is told until a turn goes well, and turns are tried all the same", async () => {
  const { watch, errors, answerWith, pass, looks } = watchAccount();
  await watch.check();
  const ended: TurnEvent = { type: "turn-end", reason: "end", ...NO_USE };
  const run = (event: TurnEvent) =>
    Array.fromAsync(
      watch.listen(async function* () {
        yield event;
      })(turnRequest(["hello"]), new AbortController().signal),
    );

  // One process that dies is no trouble of all.
  pass(5_000);
  await run(FAILED);
  await waitFor(() => expect(looks()).toBe(2));
  expect(watch.trouble).toBeUndefined();

  answerWith(() => Promise.reject(new Error("ENOENT")));
  pass(5_000);
  await run(FAILED);
  await run(FAILED);
  await waitFor(() => expect(watch.trouble).toMatch(/could not be started/));
  expect([looks(), errors]).toEqual([3, ["account.cannot-start"]]);
  await watch.requireLogin(new AbortController().signal);
  await run(ended);
  expect(watch.trouble).toBeUndefined();
});

test("closing ends a look without a complaint", async () => {
  const { watch, errors, answerWith } = watchAccount();
  answerWith(() => new Promise(() => {}));
  const looking = watch.check();
  watch.close();
  await looking;
  expect(errors).toEqual([]);
});

test("what a turn tells together goes on together", async () => {
  const { watch } = watchAccount();
  const together: readonly TurnEvent[] = ["a", "b", "c"].map((text) => ({ type: "text-delta", text }));
  class AtOnce extends BatchStream<TurnEvent> {
    #left: (readonly TurnEvent[])[] = [together];
    protected pull() {
      return Promise.resolve(this.#left.shift());
    }
    protected close() {
      return Promise.resolve();
    }
  }
  const heard = watch.listen(() => new AtOnce())(turnRequest(["hello"]), new AbortController().signal);
  const batches = toBatches(heard);
  expect([await batches.nextBatch(), await batches.nextBatch()]).toEqual([together, undefined]);
});

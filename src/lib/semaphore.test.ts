import * as fc from "fast-check";
import { expect, test } from "vitest";

import { Semaphore } from "./semaphore.ts";
import { nextTick } from "./time.ts";

const NEVER = new AbortController().signal;

test("lets holders in up to the limit, the others in the order they came", async () => {
  const semaphore = new Semaphore(1);
  const entered: string[] = [];
  const enter = async (name: string) => {
    const release = await semaphore.acquire(NEVER);
    entered.push(name);
    return release;
  };
  const first = enter("first");
  const second = enter("second");
  const third = enter("third");
  const releaseFirst = await first;
  expect({ held: semaphore.held, waiting: semaphore.waiting }).toEqual({ held: 1, waiting: 2 });

  releaseFirst();
  (await second)();
  await third;
  expect(entered).toEqual(["first", "second", "third"]);
});

test("a place that is given back twice is given back once", async () => {
  const semaphore = new Semaphore(2);
  const release = await semaphore.acquire(NEVER);
  await semaphore.acquire(NEVER);
  release();
  release();
  expect(semaphore.held).toBe(1);
});

test("an aborted signal takes no place", async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.acquire(AbortSignal.abort("gone"))).rejects.toBe("gone");
  expect(semaphore.held).toBe(0);
});

test("who gives up while waiting leaves the line", async () => {
  const semaphore = new Semaphore(1);
  const release = await semaphore.acquire(NEVER);
  const impatient = new AbortController();
  const given = semaphore.acquire(impatient.signal);
  const patient = semaphore.acquire(NEVER);
  impatient.abort("enough");
  await expect(given).rejects.toBe("enough");

  release();
  await patient;
  expect({ held: semaphore.held, waiting: semaphore.waiting }).toEqual({ held: 1, waiting: 0 });
});

test("a place granted before the abort is held", async () => {
  const semaphore = new Semaphore(1);
  const release = await semaphore.acquire(NEVER);
  const waiter = new AbortController();
  const granted = semaphore.acquire(waiter.signal);
  release();
  waiter.abort();
  (await granted)();
  expect(semaphore.held).toBe(0);
});

test("under any sequence of arrivals, departures and changes of mind, nobody is lost and the limit holds", async () => {
  const step = fc.oneof(
    fc.constant({ type: "arrive" as const }),
    fc.record({ type: fc.constant("leave" as const), index: fc.nat() }),
    fc.record({ type: fc.constant("abort" as const), index: fc.nat() }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 40 }),
      async (limit, steps) => {
        const semaphore = new Semaphore(limit);
        const inside: (() => void)[] = [];
        const waiting: AbortController[] = [];
        for (const action of steps) {
          if (action.type === "arrive") {
            const controller = new AbortController();
            waiting.push(controller);
            void semaphore.acquire(controller.signal).then(
              (release) => {
                // In order of arrival.
                expect(waiting.shift()).toBe(controller);
                inside.push(release);
              },
              () => {},
            );
          } else if (action.type === "leave" && inside.length > 0) {
            inside.splice(action.index % inside.length, 1).forEach((release) => release());
          } else if (action.type === "abort" && waiting.length > 0) {
            waiting.splice(action.index % waiting.length, 1).forEach((controller) => controller.abort());
          }
          await nextTick();
          expect(semaphore.held).toBe(inside.length);
          expect(semaphore.waiting).toBe(waiting.length);
          expect(waiting.length === 0 || inside.length === limit).toBe(true);
        }
      },
    ),
    { numRuns: 50 },
  );
});

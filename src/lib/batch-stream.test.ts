import { expect, test } from "vitest";

import { BatchStream, toBatches } from "./batch-stream.ts";
import { LaterStream } from "./later-stream.ts";

/** Yields these batches, and logs how it was read. */
class Batches extends BatchStream<number> {
  readonly log: string[] = [];
  readonly #batches: (readonly number[])[];

  constructor(...batches: (readonly number[])[]) {
    super();
    this.#batches = batches;
  }

  protected async pull(): Promise<readonly number[] | undefined> {
    this.log.push("pulled");
    return this.#batches.shift();
  }

  protected async close(): Promise<void> {
    this.log.push("closed");
  }
}

test("it can be read by the batch and by the item, and what one has left the other gets", async () => {
  const stream = new Batches([1, 2, 3], [4]);
  expect((await stream.next()).value).toBe(1);
  expect(await stream.nextBatch()).toEqual([2, 3]);
  expect((await stream.next()).value).toBe(4);
  expect(await stream.nextBatch()).toBeUndefined();
  expect(await Array.fromAsync(new Batches([1, 2], [3]))).toEqual([1, 2, 3]);
});

test("nothing is pulled before it is asked for, and not a batch more", async () => {
  const stream = new Batches([1, 2], [3]);
  await stream.next();
  await stream.next();
  expect(stream.log).toEqual(["pulled"]);
});

test("what was put back comes first, then what was asked for and not taken", async () => {
  const stream = new Batches([1], [2], [3]);
  const first = await stream.nextBatch();
  // Nobody has awaited it.
  void stream.nextBatch();
  stream.putBack(first ?? [], true);
  expect(await Array.fromAsync(stream)).toEqual([1, 2, 3]);
});

test("work begins before anybody reads, and every item comes once", async () => {
  const stream = new Batches([1], [2]);
  stream.begin();
  expect(stream.log).toEqual(["pulled"]);
  stream.putBack([0]);
  expect(await Array.fromAsync(stream)).toEqual([0, 1, 2]);
});

test("a failure of work that was begun waits until it is asked for", async () => {
  // oxlint-disable-next-line require-yield -- it fails before it has anything
  const failing = (async function* (): AsyncGenerator<number> {
    throw new Error("broken");
  })();
  const stream = toBatches(failing);
  stream.begin();
  await Promise.resolve();
  await expect(stream.nextBatch()).rejects.toThrow("broken");
});

test("who leaves closes it once, and gets nothing more", async () => {
  const stream = new Batches([1, 2], [3]);
  for await (const item of stream) if (item === 1) break;
  await stream.return();
  expect(await stream.nextBatch()).toBeUndefined();
  expect(stream.log).toEqual(["pulled", "closed"]);
});

test("who leaves in the middle of a wait closes it when that is over", async () => {
  const { promise: isDue, resolve: go } = Promise.withResolvers<void>();
  const log: string[] = [];
  const stream = toBatches(
    (async function* () {
      try {
        await isDue;
        yield 1;
      } finally {
        log.push("ended");
      }
    })(),
  );
  const asked = stream.nextBatch();
  const leaving = stream.return();
  go();
  expect(await asked).toEqual([1]);
  await leaving;
  expect(log).toEqual(["ended"]);
});

test("a stream is opened when it is first read, and never when nobody reads it", async () => {
  const opened: Batches[] = [];
  const later = () =>
    new LaterStream(async () => {
      const stream = new Batches([1, 2]);
      opened.push(stream);
      return stream;
    });
  await later().return();
  expect(opened).toEqual([]);
  expect(await Array.fromAsync(later())).toEqual([1, 2]);
  for await (const _ of later()) break;
  expect(opened.map(({ log }) => log.at(-1))).toEqual(["pulled", "closed"]);
});

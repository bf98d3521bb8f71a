import { expect, test } from "vitest";

import { AppError } from "../words/app-error.ts";
import { SILENT_LOGGER } from "../ports/logger.ts";
import { storeFailure } from "../words/store-failure.ts";
import { OwedWrites } from "./owed-writes.ts";

/** A store that takes nothing until it is told to, and what it has been given since. */
function openStore() {
  const written: string[] = [];
  const failures: string[] = [];
  const over: string[] = [];
  const state = { error: undefined as Error | undefined };
  const write = (name: string) => ({
    async write() {
      if (state.error) throw state.error;
      written.push(name);
    },
    onFailure: () => void failures.push(name),
    onOver: () => void over.push(name),
  });
  return { written, failures, over, state, write };
}

const FULL = storeFailure("the disk is full", undefined);

test("what the store takes is written at once", async () => {
  const { written, failures, over, write } = openStore();
  await new OwedWrites(SILENT_LOGGER).write(write("one"));
  expect([written, failures, over]).toEqual([["one"], [], ["one"]]);
});

test("what it cannot take at present is written later, in order, before what comes then", async () => {
  const { written, failures, over, state, write } = openStore();
  const writes = new OwedWrites(SILENT_LOGGER);
  expect(writes.settle()).toBeUndefined();
  state.error = FULL;
  await writes.write(write("one"));
  await writes.write(write("two"));
  expect([written, failures, over]).toEqual([[], ["one"], []]);
  state.error = undefined;
  await writes.write(write("three"));
  expect([written, over]).toEqual([
    ["one", "two", "three"],
    ["one", "two", "three"],
  ]);
});

test("it is tried again by itself", async () => {
  const { written, state, write } = openStore();
  const writes = new OwedWrites(SILENT_LOGGER);
  state.error = FULL;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  await writes.write({ ...write("one"), onOver: resolve });
  state.error = undefined;
  await over;
  expect(written).toEqual(["one"]);
});

test("what can never be written is told, and holds up nothing", async () => {
  const { written, failures, over, state, write } = openStore();
  const writes = new OwedWrites(SILENT_LOGGER);
  state.error = new AppError({ kind: "internal", message: "It is too large." });
  await writes.write(write("one"));
  state.error = undefined;
  await writes.write(write("two"));
  expect([written, failures, over]).toEqual([["two"], ["one"], ["one", "two"]]);
});

test("a stop tries a last time, and keeps nobody waiting", async () => {
  const { written, over, state, write } = openStore();
  const lost: unknown[] = [];
  const logger = {
    ...SILENT_LOGGER,
    error: (event: string, fields?: object) => void lost.push({ event, ...fields }),
  };
  const writes = new OwedWrites(logger);
  state.error = FULL;
  await writes.write(write("one"));
  await writes.close();
  expect([written, over, lost]).toEqual([[], ["one"], [{ event: "records.lost", count: 1 }]]);
});

test("only so many wait: the oldest is given up", async () => {
  const { written, over, state, write } = openStore();
  const writes = new OwedWrites(SILENT_LOGGER);
  state.error = FULL;
  for (let at = 0; at <= 1_000; at += 1) await writes.write(write(`${at}`));
  expect(over).toEqual(["0"]);
  state.error = undefined;
  await writes.close();
  expect([written.length, written[0], written.at(-1)]).toEqual([1_000, "1", "1000"]);
});

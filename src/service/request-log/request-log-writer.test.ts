import { expect, test } from "vitest";

import { requestEntry } from "../../../test/conformance/request-fixtures.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { SILENT_LOGGER } from "../../core/ports/logger.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import { RequestLogWriter } from "./request-log-writer.ts";

/** A database that can be away, and the errors that the log was told. */
function openBed() {
  const batches: (readonly RequestEntry[])[] = [];
  const told: [event: string, count: unknown][] = [];
  const state = { isAway: false };
  const log = {
    async write(entries: readonly RequestEntry[]) {
      if (state.isAway) throw new Error("away");
      batches.push(entries);
    },
  };
  const logger: Logger = {
    ...SILENT_LOGGER,
    error: (event, fields) => void told.push([event, fields?.["count"]]),
  };
  const writer = new RequestLogWriter(log, logger);
  const numbers = () => batches.flat().map(({ id }) => Number.parseInt(id.slice(4), 16));
  return { writer, batches, told, state, numbers };
}

test("what is added at once is written together, in order and in bounded batches; a close writes the rest", async () => {
  const { writer, batches, numbers } = openBed();
  for (let number = 0; number < 250; number++) writer.add(requestEntry(number));
  await writer.flush();
  expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
  writer.add(requestEntry(250));
  await writer.close();
  expect(numbers()).toEqual(Array.from({ length: 251 }, (_, index) => index));
});

test("while the database is away entries wait, in order; who flushes hears of it, who adds does not", async () => {
  const { writer, told, state, numbers } = openBed();
  state.isAway = true;
  for (let number = 0; number < 120; number++) writer.add(requestEntry(number));
  await expect(writer.flush()).rejects.toThrow("away");
  await expect(writer.flush()).rejects.toThrow("away");
  expect(told).toEqual([["request-log.not-written", undefined]]);
  state.isAway = false;
  writer.add(requestEntry(120));
  await writer.flush();
  expect(numbers()).toEqual(Array.from({ length: 121 }, (_, index) => index));
});

test("beyond the bound the oldest are lost, and how many is told; so are those of a close in vain", async () => {
  const { writer, told, state, numbers } = openBed();
  state.isAway = true;
  for (let number = 0; number < 10_300; number++) writer.add(requestEntry(number));
  await expect(writer.flush()).rejects.toThrow("away");
  state.isAway = false;
  await writer.flush();
  expect(numbers().length + Number(told.find(([event]) => event === "request-log.lost")?.[1])).toBe(10_300);
  expect(numbers().at(-1)).toBe(10_299);

  state.isAway = true;
  writer.add(requestEntry(1));
  await writer.close();
  expect(told.at(-1)).toEqual(["request-log.lost", 1]);
});

import { monitorEventLoopDelay } from "node:perf_hooks";

import { describe, expect, test } from "vitest";

import type { RequestFilter, RequestLogStore, RequestPage } from "../../src/core/ports/request-log.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { RequestLogWriter } from "../../src/service/request-log/request-log-writer.ts";
import {
  OVERVIEW_RANGES,
  type OverviewRange,
  sumOverview,
} from "../../src/service/request-log/sum-overview.ts";
import { sumRequestUsage, USAGE_DIVISIONS } from "../../src/service/request-log/sum-request-usage.ts";
import { openRequestLog } from "../../src/store/request-log/open-request-log.ts";
import { MANY_REQUESTS_SPAN_MS, requestOfMany, writeManyRequests } from "./many-requests.ts";
import { onEachDatabase } from "./on-each-database.ts";
import { requestEntry } from "./request-fixtures.ts";
import { measureSlowness } from "../machine-speed.ts";

/** Fills databases for minutes, and measures: asked for by a variable, see CONTRIBUTING. */
const COUNT = Number(process.env["TURNPIKE_TEST_REQUESTS"] ?? 0);
/** In CI, with fewer of them, only what is too slow is told. */
const isTold = COUNT >= 1_000_000;
const LIMIT_MS = 150;
/** What is slow by itself is slow each time; what the machine or the database's own housekeeping held up is not. */
const MEASUREMENTS = 3;

const NOW = 1_800_000_000_000;
const SPAN_MS = MANY_REQUESTS_SPAN_MS;
const entryAt = (number: number) => requestOfMany(number, { count: COUNT, until: NOW });

/**
 * A year in which more conversations came than are told apart: every hour of the last hundred days, and every day, has as many sums
 * of conversations as there may be.
 */
async function fillConversations(log: RequestLogStore): Promise<void> {
  const PER_HOUR = 40;
  const HOUR_MS = 3_600_000;
  for (let hour = 0; hour < 400 * 24; hour++) {
    // Of days before the last hundred the hours are no longer kept: their first one stands for all.
    if (hour >= 100 * 24 && hour % 24 !== 0) continue;
    const startedAt = NOW - hour * HOUR_MS - 1;
    const count = hour >= 100 * 24 ? 80 : PER_HOUR;
    const entries = Array.from({ length: count }, (_, index) =>
      requestEntry(0, {
        id: `req_year_${hour}_${index}`,
        startedAt,
        endedAt: startedAt,
        conversationId: `conv_year_${hour}_${index}` as never,
        costUsd: index / 10_000,
      }),
    );
    await log.write(entries);
  }
}

async function timesOf(ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const from = performance.now();
    await ask();
    times.push(performance.now() - from);
  }
  return times;
}

function isSlow(ms = 0): boolean {
  return ms > LIMIT_MS && ms > LIMIT_MS * measureSlowness();
}

function inMs(times: readonly number[]): string {
  return `${times.map((ms) => ms.toFixed(1)).join(" ")} ms`;
}

const SPANS_DAYS = [7, 30, 90, 365];

const FILTERS: Readonly<Record<string, RequestFilter>> = {
  none: {},
  "last hour": { since: NOW - 3_600_000 },
  "a day, two weeks ago": { since: NOW - 14 * 86_400_000, until: NOW - 13 * 86_400_000 },
  key: { principalId: "key_3" },
  "rare key": { principalId: "key_rare" },
  model: { model: "opus" },
  "model by the id asked for": { model: "claude-code/opus" },
  "rare model": { model: "rare" },
  "unknown model": { model: "none" },
  "rare profile": { profile: "rare" },
  protocol: { protocol: "messages" },
  "unknown protocol": { protocol: "none" },
  "status 500": { status: 500 },
  "status 200": { status: 200 },
  "any error": { error: "any" },
  "no error": { error: "none" },
  "rare error": { error: "internal" },
  "unknown error": { error: "billing" },
  client: { client: "program/key_5" },
  "rare client": { client: "rare/1" },
  conversation: { conversation: "talk 77" },
  "conversation by id": { conversation: "conv_77" },
  placement: { placement: "imported" },
  slow: { slowerThanMs: 20_000 },
  "slower than any": { slowerThanMs: 100_000 },
  "a bit slow": { slowerThanMs: 1_500 },
  "common model, rare error": { model: "opus", error: "internal" },
  "common key, any error, slow": { principalId: "key_3", error: "any", slowerThanMs: 20_000 },
  "conversation and protocol": { conversation: "talk 77", protocol: "messages" },
};

describe.skipIf(COUNT === 0)(`with ${COUNT} requests on record`, () => {
  onEachDatabase("many requests", (database, createLocation) => {
    test(
      `${database}: pages and overview within ${LIMIT_MS} ms, writing beside`,
      async () => {
        const log = await openRequestLog(await createLocation());
        try {
          const filledAt = performance.now();
          await writeManyRequests(log, { count: COUNT, until: NOW });
          await fillConversations(log);
          console.log(`${database}: filled in ${((performance.now() - filledAt) / 1_000).toFixed(0)} s`);
          const slow: string[] = [];
          const measure = async (name: string, ask: () => Promise<unknown>) => {
            const worst: number[] = [];
            do {
              const times = await timesOf(ask);
              if (isTold) console.log(`${database}: ${name}: ${inMs(times)}`);
              worst.push(Math.max(...times));
            } while (isSlow(worst.at(-1)) && worst.length < MEASUREMENTS);
            if (isSlow(worst.at(-1))) slow.push(`${name}: ${inMs(worst)}`);
          };
          for (const range of Object.keys(OVERVIEW_RANGES) as OverviewRange[]) {
            await measure(`overview ${range}`, () => sumOverview(log, range, {}, NOW - 1));
            await measure(`overview ${range} of a key`, () =>
              sumOverview(log, range, { principalId: "key_3" }, NOW - 1),
            );
          }
          for (const by of USAGE_DIVISIONS) {
            for (const timeZone of ["UTC", "America/New_York"]) {
              for (const days of SPANS_DAYS) {
                const since = NOW - days * 86_400_000 - 5 * 3_600_000;
                const span = { by, timeZone, since, until: NOW + 43_200_000, only: {} };
                await measure(`usage by ${by}, ${days} days of ${timeZone}`, () =>
                  sumRequestUsage(log, span, NOW - 1),
                );
              }
            }
          }
          for (const [name, filter] of Object.entries(FILTERS)) {
            const page: RequestPage = { limit: 51 };
            await measure(name, () => log.list(filter, page));
            const after = { startedAt: NOW - SPAN_MS / 2, id: "req_" };
            await measure(`${name}, a page in the middle`, () => log.list(filter, { ...page, after }));
          }
          await measure("by id", () => log.find(entryAt(5_000).id));
          await measure("by a response's id", () => log.find(entryAt(5_000).id.replace("req_", "resp_")));
          await measure("nothing to delete", () =>
            log.deleteSome({ maxAgeMs: SPAN_MS * 2, maxEntries: COUNT }, NOW),
          );

          const delays = monitorEventLoopDelay({ resolution: 1 });
          const writer = new RequestLogWriter(log, SILENT_LOGGER);
          delays.enable();
          const from = performance.now();
          let addMs = 0;
          for (let number = 0; number < 10_000; number++) {
            const entry = { ...entryAt(number), id: `req_new_${number}`, startedAt: NOW + number };
            const before = performance.now();
            writer.add(entry);
            addMs += performance.now() - before;
            if (number % 50 === 0) await new Promise(setImmediate);
          }
          await writer.close();
          delays.disable();
          console.log(
            `${database}: 10,000 written in ${(performance.now() - from).toFixed(0)} ms; add ${(addMs / 10).toFixed(2)} µs each; ` +
              `event loop held at most ${(delays.max / 1e6).toFixed(1)} ms, 99 % ${(delays.percentile(99) / 1e6).toFixed(1)} ms`,
          );
          expect(slow).toEqual([]);
        } finally {
          await log.close();
        }
      },
      30 * 60_000,
    );
  });
});

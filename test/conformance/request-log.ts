import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type {
  ConversationSumQuestion,
  RequestFilter,
  RequestLogStore,
  SumDimension,
  SumPeriod,
} from "../../src/core/ports/request-log.ts";
import type { PrincipalId } from "../../src/core/words/ids.ts";
import type { RequestEntry } from "../../src/core/words/request-entry.ts";
import { requestEntry } from "./request-fixtures.ts";
import { BOB, conversationId } from "./store-fixtures.ts";

/** One database: the first to open it finds it new and empty. */
export interface RequestLogBed {
  readonly open: () => Promise<RequestLogStore>;
  readonly openToRead: () => Promise<RequestLogStore | undefined>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const KEEP_ALL = { maxAgeMs: 1e15, maxEntries: 1e9 };
const ALWAYS = { since: 0, until: 1e15 };

function numbersOf(entries: readonly RequestEntry[]): readonly number[] {
  return entries.map(({ id }) => Number.parseInt(id.slice(4), 16));
}

export function describeRequestLog(name: string, createBed: () => Promise<RequestLogBed>): void {
  describe(`request log: ${name}`, () => {
    let bed: RequestLogBed;
    let log: RequestLogStore;
    beforeEach(async () => {
      bed = await createBed();
      log = await bed.open();
    });
    afterEach(() => log.close());

    const list = async (filter: RequestFilter = {}, limit = 100) =>
      numbersOf(await log.list(filter, { limit }));

    test("an entry comes back as it was, with its content only when it is asked for alone", async () => {
      const content = { prompt: 'a "prompt" \0 \ud800', answer: "an\nanswer" };
      const { client: _, turnId: __, queueMs: ___, ...bare } = requestEntry(2, { turnCount: 0, status: 401 });
      await log.write([requestEntry(1, { content }), { ...bare, error: "unauthorized" }]);
      const { content: ____, ...plain } = requestEntry(1, { content });
      expect(await log.list({}, { limit: 5 })).toEqual([{ ...bare, error: "unauthorized" }, plain]);
      expect(await log.find(requestEntry(1).id)).toEqual(requestEntry(1, { content }));
      expect(await log.find("req_none")).toBeUndefined();
    });

    test("its tools come back with their names and times, only when it is asked for alone, and go with it", async () => {
      const tools = [
        { name: 'Bash \0 "x"', by: "claude-code", startedMs: 12, endedMs: 40, isError: true },
        { name: "weather", by: "client", startedMs: 60 },
      ] as const;
      await log.write([requestEntry(1, { tools }), requestEntry(2)]);
      expect(await log.find(requestEntry(1).id)).toEqual(requestEntry(1, { tools }));
      expect(await log.find(requestEntry(2).id)).toEqual(requestEntry(2));
      expect(await log.list({}, { limit: 5 })).toEqual([requestEntry(2), requestEntry(1)]);
      await log.deleteSome({ ...KEEP_ALL, maxAgeMs: 1 }, requestEntry(1).startedAt + DAY_MS);
      await log.write([requestEntry(1)]);
      expect(await log.find(requestEntry(1).id)).toEqual(requestEntry(1));
    });

    test("it is found by the ids that its client knows: of the turn, a completion, a response, a message", async () => {
      await log.write([requestEntry(1), requestEntry(2)]);
      for (const prefix of ["turn_", "chatcmpl-", "resp_", "msg_"]) {
        const found = await log.find(requestEntry(2).id.replace("req_", prefix));
        expect(found?.id).toBe(requestEntry(2).id);
      }
      expect(await log.find("resp_00000000000000000000ffff")).toBeUndefined();
    });

    test("pages go on where the last one ended, also among requests of one millisecond", async () => {
      const entries = Array.from({ length: 30 }, (_, index) =>
        requestEntry(index, { startedAt: 5_000 + Math.floor(index / 7), endedAt: 6_000 }),
      );
      await log.write(entries.slice(0, 11));
      await log.write(entries.slice(11));
      const seen: number[] = [];
      let after: RequestEntry | undefined;
      for (;;) {
        const page = await log.list({}, { limit: 4, ...(after && { after }) });
        if (page.length === 0) break;
        seen.push(...numbersOf(page));
        after = page.at(-1);
        // What comes in meanwhile is newer than what is still to be read.
        await log.write([requestEntry(100 + seen.length)]);
      }
      expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => 29 - index));
    });

    test("each filter, and several together", async () => {
      await log.write([
        requestEntry(1),
        requestEntry(2, { principalId: BOB, profile: 'my "own"', protocol: "messages" }),
        requestEntry(3, { modelId: "opus", placement: "cold", endedAt: requestEntry(3).startedAt + 20_000 }),
        requestEntry(4, { modelId: "haiku", model: "haiku", status: 429, error: "queue-full" }),
        requestEntry(5, {
          client: "other/2",
          error: "cancelled",
          endedAt: requestEntry(5).startedAt + 9_000,
        }),
      ]);
      expect(await list({ since: requestEntry(4).startedAt })).toEqual([5, 4]);
      expect(await list({ until: requestEntry(2).startedAt })).toEqual([1]);
      expect(await list({ principalId: BOB })).toEqual([2]);
      expect(await list({ model: "opus" })).toEqual([5, 3, 2, 1]);
      expect(await list({ model: "opus" }, 2)).toEqual([5, 3]);
      expect(await list({ model: "claude-code/opus" })).toEqual([5, 2, 1]);
      expect(await list({ profile: 'my "own"' })).toEqual([2]);
      expect(await list({ protocol: "messages" })).toEqual([2]);
      expect(await list({ status: 429 })).toEqual([4]);
      expect(await list({ error: "queue-full" })).toEqual([4]);
      expect(await list({ error: "any" })).toEqual([5, 4]);
      expect(await list({ error: "none" })).toEqual([3, 2, 1]);
      expect(await list({ client: "other/2" })).toEqual([5]);
      expect(await list({ conversation: "conv_1" })).toEqual([4, 1]);
      expect(await list({ conversation: "talk 1 \0" })).toEqual([4, 1]);
      expect(await list({ placement: "cold" })).toEqual([3]);
      expect(await list({ slowerThanMs: 9_000 })).toEqual([5, 3]);
      expect(await list({ slowerThanMs: 15_000 })).toEqual([3]);
      expect(await list({ model: "opus", conversation: "conv_2", error: "any" })).toEqual([5]);
      expect(await list({ model: "' or 1=1 --" })).toEqual([]);
    });

    test("sums by time and by what requests have in common, and what is written twice counts once", async () => {
      const minute = Math.floor(1_000_000_000_000 / MINUTE_MS) * MINUTE_MS;
      const at = (ms: number) => ({ startedAt: minute + ms, endedAt: minute + ms + 100 });
      const first = requestEntry(1, at(0));
      await log.write([first, requestEntry(2, { ...at(MINUTE_MS - 1), firstTokenMs: 90_000 })]);
      await log.write([
        first,
        requestEntry(3, {
          ...at(MINUTE_MS),
          model: "haiku",
          status: 500,
          error: "internal",
          principalId: BOB,
        }),
      ]);
      const [all] = await log.sum({ period: 60, ...ALWAYS, withFirstTokens: true });
      expect(all).toMatchObject({
        requests: 3,
        failures: 1,
        turns: 3,
        inputTokens: 3,
        cacheReadTokens: 60,
        cacheWriteTokens: 900,
        outputTokens: 12,
        reasoningTokens: 6,
        costUsd: 0.75,
        durationMs: 300,
        queueMs: 9,
      });
      expect(all?.firstTokens[3]).toBe(2);
      expect(all?.firstTokens.at(-1)).toBe(1);
      const groups = async (by: SumDimension | "time", period: SumPeriod = 60) =>
        Object.fromEntries(
          (await log.sum({ period, ...ALWAYS, by: [by] })).map(({ group, requests }) => [group[0], requests]),
        );
      const pairs = await log.sum({ period: 60, ...ALWAYS, by: ["principalId", "model"] });
      expect(pairs.map(({ group, requests }) => [...group, requests]).toSorted()).toEqual([
        ["alice", "opus", 2],
        ["bob", "haiku", 1],
      ]);
      expect(await groups("time")).toEqual({ [minute]: 2, [minute + MINUTE_MS]: 1 });
      expect(await groups("time", 86_400)).toEqual({ [Math.floor(minute / DAY_MS) * DAY_MS]: 3 });
      expect(await groups("model")).toEqual({ opus: 2, haiku: 1 });
      expect(await groups("principalId")).toEqual({ alice: 2, bob: 1 });
      expect(await groups("status")).toEqual({ 200: 2, 500: 1 });
      expect(await groups("error")).toEqual({ "": 2, internal: 1 });
      expect(
        await log.sum({ period: 3_600, ...ALWAYS, only: { model: "haiku", status: "500" } }),
      ).toMatchObject([{ requests: 1, failures: 1 }]);
      expect(
        await log.sum({ period: 60, since: minute + MINUTE_MS, until: minute + 2 * MINUTE_MS }),
      ).toMatchObject([{ requests: 1 }]);
      expect(await log.sum({ period: 60, since: 0, until: 5 })).toEqual([]);
    });

    test("several servers add to the same sums", async () => {
      const other = await bed.open();
      try {
        const entries = Array.from({ length: 40 }, (_, index) => requestEntry(index));
        await Promise.all(entries.map((entry, index) => (index % 2 ? log : other).write([entry])));
        expect(await other.sum({ period: 86_400, ...ALWAYS })).toMatchObject([{ requests: 40, costUsd: 10 }]);
      } finally {
        await other.close();
      }
    });

    const deleteAll = async (bounds: Parameters<RequestLogStore["deleteSome"]>[0], now: number) => {
      let times = 0;
      do times += 1;
      while (await log.deleteSome(bounds, now));
      return times;
    };

    const talkOf = async (more: Partial<ConversationSumQuestion> = {}) =>
      (await log.sumConversations({ ...ALWAYS, limit: 10, ...more })).map(
        ({ group, name: called, requests, costUsd }) => [group[0], called, requests, costUsd],
      );

    test("conversations by what they cost, in whole days and in hours at the edges, with the names that they have now", async () => {
      const day = Math.floor(1_000_000_000_000 / DAY_MS) * DAY_MS;
      const of = (number: number, hours: number, talk: string, more: Partial<RequestEntry> = {}) =>
        requestEntry(number, {
          startedAt: day + hours * HOUR_MS,
          endedAt: day + hours * HOUR_MS + 100,
          conversationId: conversationId(talk),
          conversationName: `${talk} "\0`,
          ...more,
        });
      const { conversationId: _, conversationName: __, ...alone } = of(9, 30, "none");
      await log.write([of(1, 1, "conv_a"), of(2, 23, "conv_a"), of(3, 25, "conv_b", { costUsd: 2 })]);
      await log.write([of(1, 1, "conv_a"), of(4, 49, "conv_a", { conversationName: "renamed" }), alone]);
      await log.write([of(5, 26, "conv_c", { principalId: BOB, error: "internal", status: 500 })]);
      expect(await talkOf()).toEqual([
        ["conv_b", 'conv_b "\0', 1, 2],
        ["conv_a", "renamed", 3, 0.75],
        ["conv_c", 'conv_c "\0', 1, 0.25],
      ]);
      expect(await talkOf({ limit: 1 })).toHaveLength(1);
      expect(await talkOf({ principalId: BOB })).toMatchObject([["conv_c", expect.anything(), 1, 0.25]]);
      // From the last hour of the first day to the second hour of the third.
      expect(await talkOf({ since: day + 23 * HOUR_MS, until: day + 50 * HOUR_MS })).toMatchObject([
        ["conv_b", expect.anything(), 1, 2],
        ["conv_a", "renamed", 2, 0.5],
        ["conv_c", expect.anything(), 1, 0.25],
      ]);
      expect(await talkOf({ since: day + 25 * HOUR_MS, until: day + 26 * HOUR_MS })).toMatchObject([
        ["conv_b", expect.anything(), 1, 2],
      ]);
      expect(await talkOf({ since: day + 2 * HOUR_MS, until: day + 23 * HOUR_MS })).toEqual([]);
      const [sum] = await log.sumConversations({ ...ALWAYS, limit: 1, principalId: BOB });
      expect(sum).toMatchObject({ failures: 1, turns: 1, inputTokens: 1, cacheReadTokens: 20, queueMs: 3 });
    });

    test("of very many conversations the dearest are told apart, and there is a bound for how many", async () => {
      const entries = Array.from({ length: 2_000 }, (_, index) =>
        requestEntry(index, {
          startedAt: 1_000_000_000_000,
          conversationId: conversationId(`conv_${index}`),
          costUsd: index % 200 === 7 ? 100 + index : 0.001,
        }),
      );
      for (let at = 0; at < entries.length; at += 100) await log.write(entries.slice(at, at + 100));
      const talks = await talkOf({ limit: 5_000 });
      expect(talks.slice(0, 10).map(([id]) => id)).toEqual(
        Array.from({ length: 10 }, (_, index) => `conv_${(9 - index) * 200 + 7}`),
      );
      expect(talks.length).toBeGreaterThanOrEqual(40);
      expect(talks.length).toBeLessThanOrEqual(80);
      const hour = Math.floor(1_000_000_000_000 / HOUR_MS) * HOUR_MS;
      const ofHour = await talkOf({ limit: 5_000, since: hour, until: hour + HOUR_MS });
      expect(ofHour.length).toBeLessThanOrEqual(40);
      expect(await log.sum({ period: 86_400, ...ALWAYS })).toMatchObject([{ requests: 2_000 }]);
    });

    test("several servers with many conversations bound them without standing in each other's way", async () => {
      const other = await bed.open();
      try {
        const batches = Array.from({ length: 20 }, (_, batch) =>
          Array.from({ length: 60 }, (_entry, index) =>
            requestEntry(batch * 60 + index, {
              startedAt: 1_000_000_000_000,
              conversationId: conversationId(`conv_${(batch * 37 + index) % 500}`),
            }),
          ),
        );
        const write = async (to: RequestLogStore, some: typeof batches) => {
          for (const batch of some) await to.write(batch);
        };
        await Promise.all([write(log, batches.slice(0, 10)), write(other, batches.slice(10))]);
        expect(await log.sum({ period: 86_400, ...ALWAYS })).toMatchObject([{ requests: 1_200 }]);
        // One more write finds what the two have left to each other.
        await log.write([requestEntry(5_000, { startedAt: 1_000_000_000_000 })]);
        expect((await talkOf({ limit: 5_000 })).length).toBeLessThanOrEqual(200);
      } finally {
        await other.close();
      }
    });

    test("a name stays no longer than the requests; what was used stays for 13 months", async () => {
      await log.write([requestEntry(1)]);
      const now = requestEntry(1).startedAt;
      expect(await talkOf()).toEqual([["conv_1", "talk 1 \0", 1, 0.25]]);
      await deleteAll({ ...KEEP_ALL, maxAgeMs: DAY_MS }, now + 200 * DAY_MS);
      expect(await talkOf()).toEqual([["conv_1", undefined, 1, 0.25]]);
      const day = Math.floor(now / DAY_MS) * DAY_MS;
      expect(await talkOf({ since: day, until: day + DAY_MS - HOUR_MS })).toEqual([]);
      await deleteAll(KEEP_ALL, now + 402 * DAY_MS);
      expect(await talkOf()).toEqual([]);
      expect(await log.sum({ period: 86_400, ...ALWAYS })).toMatchObject([{ requests: 1 }]);
    });

    test("what is too old or too much goes with its content, a part at a time; sums stay longer", async () => {
      const content = { prompt: "p", answer: "a" };
      await log.write(Array.from({ length: 1_300 }, (_, index) => requestEntry(index, { content })));
      const now = requestEntry(1_300).startedAt;
      expect(await deleteAll({ ...KEEP_ALL, maxAgeMs: 1_100_000 }, now)).toBe(1);
      expect(await list({}, 5_000)).toHaveLength(1_100);
      expect(await deleteAll({ ...KEEP_ALL, maxEntries: 10 }, now)).toBe(3);
      expect(await list()).toEqual(Array.from({ length: 10 }, (_, index) => 1_299 - index));
      expect((await log.find(requestEntry(1_299).id))?.content).toEqual(content);
      expect(await log.find(requestEntry(5).id)).toBeUndefined();
      expect(await log.sum({ period: 60, ...ALWAYS })).toMatchObject([{ requests: 1_300 }]);
      // Minutes go first, then hours; days are for years.
      await deleteAll(KEEP_ALL, now + 3 * DAY_MS);
      expect(await log.sum({ period: 60, ...ALWAYS })).toEqual([]);
      expect(await log.sum({ period: 3_600, ...ALWAYS })).toMatchObject([{ requests: 1_300 }]);
      await deleteAll(KEEP_ALL, now + 200 * DAY_MS);
      expect(await log.sum({ period: 3_600, ...ALWAYS })).toEqual([]);
      expect(await log.sum({ period: 86_400, ...ALWAYS })).toMatchObject([{ requests: 1_300 }]);
    });

    test("sums of many go a part at a time, too", async () => {
      const entries = Array.from({ length: 2_500 }, (_, index) =>
        requestEntry(index, { principalId: `key_${index}` as PrincipalId }),
      );
      await log.write(entries);
      const now = requestEntry(2_500).startedAt;
      expect(await deleteAll(KEEP_ALL, now)).toBe(1);
      expect(await deleteAll(KEEP_ALL, now + 3 * DAY_MS)).toBe(3);
      expect(await log.sum({ period: 60, ...ALWAYS })).toEqual([]);
      expect(await log.sum({ period: 3_600, ...ALWAYS })).toMatchObject([{ requests: 2_500 }]);
    });

    test("it can be read beside a server, and stays when that ends", async () => {
      await log.write([requestEntry(1)]);
      const reader = await bed.openToRead();
      try {
        expect(numbersOf((await reader?.list({}, { limit: 5 })) ?? [])).toEqual([1]);
        await log.write([requestEntry(2)]);
        expect(numbersOf((await reader?.list({}, { limit: 5 })) ?? [])).toEqual([2, 1]);
      } finally {
        await reader?.close();
      }
      await log.close();
      log = await bed.open();
      expect(await list()).toEqual([2, 1]);
    });

    test("where no server has run there is none to read, and none is made", async () => {
      const fresh = await createBed();
      expect(await fresh.openToRead()).toBeUndefined();
      expect(await fresh.openToRead()).toBeUndefined();
    });
  });
}

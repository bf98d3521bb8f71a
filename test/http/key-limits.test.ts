import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { MemoryUseCounters } from "../../src/cluster/memory/memory-use-counters.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { KeyLimits } from "../../src/core/words/api-key.ts";
import { NO_USAGE } from "../../src/core/words/usage.ts";
import { Gate } from "../../src/demo/gate.ts";
import { ServerMetrics } from "../../src/observability/metrics/server-metrics.ts";
import { BookedUsage } from "../../src/service/access/booked-usage.ts";
import { LimitedUsage } from "../../src/service/access/limited-usage.ts";
import type { TurnScript } from "../engine/scripted-session.ts";
import { openTurnBed } from "../engine/turn-bed.ts";
import { type KeyedServer, startKeyedServer } from "./keyed-server.ts";
import { KEY, type RawAnswer } from "./scripted-server.ts";
import { openSocket } from "./socket-client.ts";
import { waitFor } from "../wait-for.ts";

const CHAT = "/v1/chat/completions";
const MORNING = Date.parse("2026-11-30T08:00:00Z");

// Only the date: the server's timers are real.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: MORNING }));
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => void vi.setSystemTime(Date.now() + ms);

/** Each turn takes this many tokens of output beside 10 of input, and a cent. */
const costing = (outputTokens: number, gate?: Gate): TurnScript =>
  async function* ({ signal }) {
    yield { type: "text-delta", text: "Hello" };
    if (gate) {
      await Promise.race([
        gate.pass(),
        new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())),
      ]);
    }
    const usage = { ...NO_USAGE, inputTokens: 6, cacheReadTokens: 3, cacheWriteTokens: 1, outputTokens };
    yield {
      type: "transcript-append",
      entry: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
    };
    yield { type: "turn-end", reason: "end", usage, costUsd: 0.01 };
  };

/** The HTTP server with core behind it, a scripted engine, and keys with limits. */
async function startLimited(script: TurnScript = costing(5)) {
  const keyed: KeyedServer = await startKeyedServer((request, signal) => bed.runTurn(request, signal), {
    clock: Date.now,
    reportLimits: (id) => limits.report(id),
    hearRequest: (entry, course) => metrics.hearRequest(entry, course),
  });
  const metrics = new ServerMetrics({ health: () => keyed.server.health, version: "1" });
  const open = () => {
    const booked = new BookedUsage(keyed.store.usageLedger, SILENT_LOGGER);
    const counters = new MemoryUseCounters(Date.now);
    return { booked, limits: new LimitedUsage({ keys: keyed.keys, counters, booked, clock: Date.now }) };
  };
  let { booked, limits } = open();
  const bed = await openTurnBed({
    usageLimits: { admit: (turn, signal) => limits.admit(turn, signal) },
    queue: { maxTurnsAtOnce: 250, queueLimit: 250 },
    sessions: { maxSessions: 250 },
  });
  bed.engine.script = script;
  return {
    keyed,
    bed,
    limit: (given: KeyLimits) => keyed.limit(given),
    begun: () => bed.engine.sessions.flatMap(({ inputs }) => inputs).length,
    /** The limits that requests came up against, with how often, as Prometheus reads it. */
    limitsHit: async () =>
      Object.fromEntries(
        Array.from(
          (await metrics.render()).text.matchAll(/^turnpike_limits_hit_total\{limit="(.*)"\} ([1-9]\d*)$/gm),
          ([, name = "", count]) => [name, Number(count)],
        ),
      ),
    /** A clean stop, and another server on the same database. */
    async restart() {
      await booked.close();
      ({ booked, limits } = open());
    },
    chat: (key: string, extra: object = {}) =>
      keyed.ask(key, "POST", CHAT, {
        model: "sonnet",
        messages: [{ role: "user", content: "Hi" }],
        ...extra,
      }),
  };
}

const statusesOf = (answers: readonly RawAnswer[]) => answers.map(({ status }) => status);
const codeOf = ({ json }: RawAnswer) => (json as { error: { code?: string } }).error.code;
const totalOf = (answers: readonly RawAnswer[]) =>
  answers
    .map(({ json }) => (json as { usage?: { total_tokens: number } }).usage?.total_tokens ?? 0)
    .reduce((sum, tokens) => sum + tokens, 0);
const limitHeadersOf = ({ headers }: RawAnswer) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.includes("ratelimit")));

/** A small request in each protocol, streamed or not. */
const EACH = [
  [CHAT, { model: "sonnet", messages: [{ role: "user", content: "Hi" }] }],
  [CHAT, { model: "sonnet", messages: [{ role: "user", content: "Hi" }], stream: true }],
  ["/v1/responses", { model: "sonnet", input: "Hi" }],
  ["/v1/responses", { model: "sonnet", input: "Hi", stream: true }],
  ["/v1/completions", { model: "sonnet", prompt: "Hi" }],
  ["/v1/messages", { model: "sonnet", max_tokens: 10, messages: [{ role: "user", content: "Hi" }] }],
  [
    "/v1/messages",
    { model: "sonnet", max_tokens: 10, messages: [{ role: "user", content: "Hi" }], stream: true },
  ],
] as const;

describe("requests per minute", () => {
  test("exact at the border, told with each answer, and recovering when the minute is over", async () => {
    const { limit, chat } = await startLimited();
    const key = await limit({ requestsPerMinute: 3 });
    for (const remaining of ["2", "1", "0"]) {
      const answer = await chat(key);
      expect(answer.status).toBe(200);
      expect(limitHeadersOf(answer)).toEqual({
        "x-ratelimit-limit-requests": "3",
        "x-ratelimit-remaining-requests": remaining,
        "x-ratelimit-reset-requests": remaining === "2" ? "1m0s" : remaining === "1" ? "50s" : "40s",
      });
      pass(10_000);
    }
    const refused = await chat(key);
    expect(refused).toMatchObject({
      status: 429,
      headers: {
        "retry-after": "30",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "30s",
      },
      json: {
        error: {
          message: expect.stringMatching(
            /requests per minute: Limit 3, Used 3, Requested 1\. Please try again in 30s\./,
          ),
          type: "rate_limit_error",
          code: "rate_limit_exceeded",
          param: null,
        },
      },
    });
    pass(29_999);
    expect((await chat(key)).status).toBe(429);
    pass(1);
    expect(statusesOf([await chat(key), await chat(key), await chat(key), await chat(key)])).toEqual([
      200, 200, 200, 429,
    ]);
  });

  test("of 200 requests at once exactly as many are served as the limit allows", async () => {
    const { limit, chat, bed } = await startLimited();
    const key = await limit({ requestsPerMinute: 20, tokensPerMinute: 1_000_000 });
    const answers = await Promise.all(Array.from({ length: 200 }, () => chat(key)));
    const counts = Object.groupBy(statusesOf(answers), String);
    expect([counts["200"]?.length, counts["429"]?.length]).toEqual([20, 180]);
    expect(bed.engine.sessions.flatMap(({ inputs }) => inputs)).toHaveLength(20);
  });

  test.each(EACH)("in %s %j: refused in its own shape, before any stream begins", async (path, body) => {
    const { keyed, limit } = await startLimited();
    const key = await limit({ requestsPerMinute: 1, tokensPerMinute: 100_000 });
    const served = await keyed.ask(key, "POST", path, body);
    expect(served.status).toBe(200);
    const isMessages = path === "/v1/messages";
    const names = isMessages
      ? ["anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-tokens-limit"]
      : ["x-ratelimit-remaining-requests", "x-ratelimit-limit-tokens"];
    expect(names.map((name) => served.headers[name])).toEqual(["0", "100000"]);
    const refused = await keyed.ask(key, "POST", path, body);
    expect(refused).toMatchObject({
      status: 429,
      headers: { "retry-after": "60", "content-type": expect.stringContaining("application/json") },
      json: isMessages
        ? { type: "error", error: { type: "rate_limit_error", message: expect.stringContaining("Limit 1") } }
        : { error: { code: "rate_limit_exceeded" } },
    });
    if (isMessages) {
      expect(limitHeadersOf(refused)).toMatchObject({
        "anthropic-ratelimit-requests-limit": "1",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-11-30T08:01:00Z",
      });
    }
  });

  test("a request with several answers is one; what runs no turn is none", async () => {
    const { keyed, limit, chat } = await startLimited();
    const key = await limit({ requestsPerMinute: 3 });
    expect((await chat(key, { n: 3 })).status).toBe(200);
    const completion = { model: "sonnet", prompt: ["a", "b"], n: 2 };
    expect(await keyed.ask(key, "POST", "/v1/completions", completion)).toMatchObject({
      status: 200,
      headers: { "x-ratelimit-remaining-requests": "1" },
    });
    const models = await keyed.ask(key, "GET", "/v1/models");
    expect([models.status, limitHeadersOf(models)]).toEqual([200, {}]);
    expect((await chat(key, { temperature: "hot" })).status).toBe(400);
    expect(statusesOf([await chat(key), await chat(key)])).toEqual([200, 429]);
  });
});

describe("tokens", () => {
  test("what answers have used counts, cached input too; the one that would not fit is refused", async () => {
    const { limit, chat } = await startLimited(costing(10));
    const key = await limit({ tokensPerMinute: 100 });
    const answers: RawAnswer[] = [];
    for (let index = 0; index < 8; index++) answers.push(await chat(key, { max_tokens: 10 }));
    const served = answers.filter(({ status }) => status === 200);
    expect(served.map(({ headers }) => headers["x-ratelimit-remaining-tokens"])).toEqual(
      ["80", "60", "40", "20", "0"].slice(0, served.length),
    );
    expect(totalOf(served)).toBe(20 * served.length);
    const refused = answers[served.length];
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "60" } });
    // It is refused only because it would not have fitted.
    const [, used, asked] = /Used (\d+), Requested (\d+)/.exec(refused?.text ?? "") ?? [];
    expect(Number(used)).toBe(totalOf(served));
    expect(Number(used) + Number(asked)).toBeGreaterThan(100);
    expect(served.length).toBeGreaterThanOrEqual(4);
    pass(60_000);
    expect((await chat(key, { max_tokens: 10 })).status).toBe(200);
  });

  test.each([
    ["with a maximum", { max_tokens: 10 }, 1_000],
    ["without one", {}, 1_000],
  ])("200 requests at once, %s, never come to more than the limit", async (_name, extra, tokensPerMinute) => {
    const gate = new Gate();
    const { limit, chat, bed } = await startLimited(costing(10, gate));
    const key = await limit({ tokensPerMinute });
    const settled: RawAnswer[] = [];
    const asking = Array.from({ length: 200 }, async () => void settled.push(await chat(key, extra)));
    // All that are let in run at the same time.
    await waitFor(() => expect(settled.length + bed.queue.stats.running).toBe(200));
    const refused = [...settled];
    expect(new Set(statusesOf(refused))).toEqual(new Set([429]));
    // What is only held back may be there again at any moment.
    expect(new Set(refused.map(({ headers }) => headers["retry-after"]))).toEqual(new Set(["1"]));
    expect(bed.queue.stats.running).toBeGreaterThan(0);
    gate.release();
    await Promise.all(asking);
    expect(totalOf(settled)).toBeLessThanOrEqual(tokensPerMinute);
    expect(statusesOf(settled)).toContain(200);
    // What was held back and not used is there again.
    const free = tokensPerMinute - totalOf(settled);
    expect((await chat(key, { max_tokens: 10 })).headers["x-ratelimit-remaining-tokens"]).toBe(
      String(free - 20),
    );
  });

  test("a request that is larger than the limit is told so, and not to come again", async () => {
    const { limit, chat } = await startLimited();
    const key = await limit({ tokensPerMinute: 100 });
    const answer = await chat(key, { max_tokens: 200 });
    expect(answer).toMatchObject({
      status: 429,
      headers: { "x-should-retry": "false" },
      json: {
        error: {
          code: "rate_limit_exceeded",
          message: expect.stringMatching(/Request too large.*Limit 100, Requested 2\d\d/),
        },
      },
    });
    expect(answer.headers["retry-after"]).toBeUndefined();
    expect((await chat(key)).status).toBe(200);
  });

  test("what one limit refuses takes nothing from the others", async () => {
    const { limit, chat } = await startLimited();
    const key = await limit({ requestsPerMinute: 2, tokensPerMinute: 50 });
    for (let index = 0; index < 5; index++) expect((await chat(key, { max_tokens: 90 })).status).toBe(429);
    expect((await chat(key)).headers["x-ratelimit-remaining-requests"]).toBe("1");
  });

  test("a turn that outlasts its minute is counted with what it took beyond what was expected", async () => {
    const gate = new Gate();
    const { limit, chat, bed } = await startLimited(costing(500, gate));
    const key = await limit({ tokensPerMinute: 300 });
    const asking = chat(key);
    await gate.reached;
    pass(61_000);
    bed.engine.script = costing(5);
    gate.release();
    expect((await asking).status).toBe(200);
    // 300 were counted in its own minute, 210 in the one that it ended in.
    expect((await chat(key)).headers["x-ratelimit-remaining-tokens"]).toBe(String(300 - 210 - 15));
  });
});

describe("days and months", () => {
  test("tokens of a day survive a restart, and are there again the next day", async () => {
    const { limit, chat, restart } = await startLimited(costing(90));
    const key = await limit({ tokensPerDay: 250, tokensPerMinute: 10_000 });
    expect(statusesOf([await chat(key), await chat(key)])).toEqual([200, 200]);
    await restart();
    pass(60_000);
    const third = await chat(key);
    expect(third).toMatchObject({
      status: 200,
      headers: { "x-ratelimit-limit-tokens": "250", "x-ratelimit-remaining-tokens": "0" },
    });
    await restart();
    const refused = await chat(key);
    expect(refused).toMatchObject({
      status: 429,
      headers: {
        "retry-after": String(16 * 3600 - 60),
        "x-should-retry": "false",
        "x-ratelimit-reset-tokens": "15h59m0s",
      },
      json: { error: { code: "rate_limit_exceeded", resets_at: Date.parse("2026-12-01T00:00:00Z") / 1000 } },
    });
    pass(Date.parse("2026-12-01T00:00:00Z") - Date.now() - 1);
    expect((await chat(key)).status).toBe(429);
    pass(1);
    expect((await chat(key)).status).toBe(200);
  });

  test.each([
    ["costPerDayUsd", "day", "2026-12-01T00:00:00Z"],
    ["costPerMonthUsd", "month", "2026-12-01T00:00:00Z"],
  ] as const)(
    "cost: %s, used up, is insufficient_quota in each protocol, also after a restart",
    async (name, per, until) => {
      const { keyed, limit, chat, restart } = await startLimited();
      const key = await limit({ [name]: 0.03 });
      for (const _ of [1, 2, 3]) expect((await chat(key)).status).toBe(200);
      await restart();
      const refused = await chat(key);
      expect(refused).toMatchObject({
        status: 429,
        headers: { "retry-after": String((Date.parse(until) - MORNING) / 1000), "x-should-retry": "false" },
        json: {
          error: {
            type: "insufficient_quota",
            code: "insufficient_quota",
            message: expect.stringContaining(`may use $0.03 per ${per} and has used $0.03`),
          },
        },
      });
      for (const [path, body] of EACH) {
        const answer = await keyed.ask(key, "POST", path, body);
        expect(answer.status, path).toBe(429);
        if (path === "/v1/messages")
          expect(answer.json).toMatchObject({ error: { type: "rate_limit_error" } });
        else expect(codeOf(answer), path).toBe("insufficient_quota");
        // Codex ends at once by this type, and would wait for hours otherwise.
        if (path === "/v1/responses")
          expect(answer.json).toMatchObject({ error: { type: "usage_limit_reached" } });
      }
      vi.setSystemTime(Date.parse(until));
      expect((await chat(key)).status).toBe(200);
    },
  );

  test("cost of turns at once: no more are let in than cost what is left, as far as it is known", async () => {
    const { limit, chat, bed } = await startLimited();
    const key = await limit({ costPerDayUsd: 0.1 });
    expect((await chat(key)).status).toBe(200);
    const gate = new Gate();
    bed.engine.script = costing(5, gate);
    const settled: RawAnswer[] = [];
    const asking = Array.from({ length: 200 }, async () => void settled.push(await chat(key)));
    await waitFor(() => expect(settled.length + bed.queue.stats.running).toBe(200));
    expect(bed.queue.stats.running).toBe(9);
    expect(settled[0]).toMatchObject({
      headers: { "retry-after": "1" },
      json: { error: { code: "rate_limit_exceeded" } },
    });
    gate.release();
    await Promise.all(asking);
    expect(codeOf(await chat(key))).toBe("insufficient_quota");
  });

  test("a limit that is set later counts what was used before, a raised one counts at once", async () => {
    const { keyed, limit, chat } = await startLimited();
    const key = await limit({});
    for (const _ of [1, 2, 3]) expect((await chat(key)).status).toBe(200);
    const [{ id = "" } = {}] = await keyed.keyAdmin.list();
    const by = { id: "tester" as never, mayApprove: "none" } as const;
    await keyed.keyAdmin.set(id, (settings) => ({ ...settings, limits: { costPerMonthUsd: 0.03 } }), by);
    expect((await chat(key)).status).toBe(429);
    await keyed.keyAdmin.set(id, (settings) => ({ ...settings, limits: { costPerMonthUsd: 0.04 } }), by);
    expect(statusesOf([await chat(key), await chat(key)])).toEqual([200, 429]);
  });
});

test("turns at once: one more is refused, and let in when one has ended or its client has left", async () => {
  const gate = new Gate();
  const { keyed, limit, chat, bed } = await startLimited(costing(5, gate));
  const key = await limit({ turnsAtOnce: 2 });
  const leaving = new AbortController();
  const left = fetch(keyed.server.url + CHAT, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "Hi" }], stream: true }),
    signal: leaving.signal,
  });
  const staying = chat(key);
  await waitFor(() => expect(bed.queue.stats.running).toBe(2));
  expect(await chat(key)).toMatchObject({
    status: 429,
    headers: { "retry-after": "1" },
    json: {
      error: { code: "rate_limit_exceeded", message: expect.stringContaining("turns at once: Limit 2") },
    },
  });
  await left;
  leaving.abort();
  await waitFor(() => expect(bed.queue.stats.running).toBe(1));
  const third = chat(key);
  await waitFor(() => expect(bed.queue.stats.running).toBe(2));
  // Three at once are too many even for an idle key, and take no place.
  gate.release();
  expect(statusesOf(await Promise.all([staying, third]))).toEqual([200, 200]);
  expect((await chat(key, { n: 3 })).status).toBe(429);
  expect((await chat(key, { n: 2 })).status).toBe(200);
});

describe("a request with several answers", () => {
  test("beyond the turns at once is told that it never fits, and none of its turns begins", async () => {
    const { keyed, limit, chat, begun } = await startLimited();
    const key = await limit({ turnsAtOnce: 2 });
    const prompts = { model: "sonnet", prompt: ["a", "b"], n: 2 };
    for (const refused of [
      await chat(key, { n: 3 }),
      await keyed.ask(key, "POST", "/v1/completions", prompts),
    ]) {
      expect(refused).toMatchObject({
        status: 429,
        headers: { "x-should-retry": "false" },
        json: {
          error: { message: expect.stringMatching(/too large.*turns at once: Limit 2, Requested [34]/) },
        },
      });
      expect(refused.headers["retry-after"]).toBeUndefined();
    }
    expect(begun()).toBe(0);
    expect((await chat(key, { n: 2 })).status).toBe(200);
  });

  test("waits as a whole for the places that others have", async () => {
    const gate = new Gate();
    const { limit, chat, bed, begun } = await startLimited(costing(5, gate));
    const key = await limit({ turnsAtOnce: 3 });
    const running = chat(key, { n: 2 });
    await waitFor(() => expect(bed.queue.stats.running).toBe(2));
    expect(await chat(key, { n: 2 })).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    expect(begun()).toBe(2);
    gate.release();
    await running;
    expect((await chat(key, { n: 2 })).status).toBe(200);
  });

  test("is held to the tokens of all of them before the first begins", async () => {
    const { keyed, limit, chat, begun } = await startLimited(costing(50));
    const key = await limit({ tokensPerMinute: 150 });
    // 9 of input and 60 of output, each.
    const refused = await chat(key, { n: 3, max_tokens: 60 });
    expect(refused).toMatchObject({
      status: 429,
      headers: { "x-should-retry": "false", "x-ratelimit-remaining-tokens": "150" },
      json: { error: { message: expect.stringMatching(/tokens per minute: Limit 150, Requested 207/) } },
    });
    const prompts = { model: "sonnet", prompt: ["a", "word ".repeat(120)], max_tokens: 20 };
    expect((await keyed.ask(key, "POST", "/v1/completions", prompts)).status).toBe(429);
    expect(begun()).toBe(0);
    expect((await chat(key, { n: 2, max_tokens: 60 })).status).toBe(200);
  });
});

test("what the first of several answers is only likely to need leaves the others what they need", async () => {
  const { limit, chat } = await startLimited();
  for (const limits of [{ tokensPerDay: 200 }, { costPerDayUsd: 0.05 }, { costPerMonthUsd: 0.05 }]) {
    expect((await chat(await limit(limits), { n: 3 })).status, JSON.stringify(limits)).toBe(200);
  }
});

test("Prometheus is told which limit it was, once for each request", async () => {
  const { keyed, limit, chat, limitsHit } = await startLimited();
  const spent: readonly (readonly [KeyLimits, string])[] = [
    [{ requestsPerMinute: 1 }, "requests-per-minute"],
    [{ tokensPerMinute: 15 }, "tokens-per-minute"],
    [{ tokensPerDay: 15 }, "tokens-per-day"],
    [{ costPerDayUsd: 0.01 }, "cost-per-day"],
    [{ costPerMonthUsd: 0.01 }, "cost-per-month"],
  ];
  for (const [limits] of spent) {
    const key = await limit(limits);
    expect((await chat(key)).status).toBe(200);
    for (const [path, body] of EACH) expect((await keyed.ask(key, "POST", path, body)).status).toBe(429);
    const headers = { authorization: `Bearer ${key}` };
    const socket = await openSocket(`${keyed.server.url}/v1/responses`, { headers });
    socket.send({ type: "response.create", model: "sonnet", input: "Hi" });
    expect(await socket.nextResponse()).toMatchObject([{ type: "error", status: 429 }]);
    socket.socket.close();
    await socket.closed;
  }
  const crowd = await limit({ turnsAtOnce: 1 });
  expect((await chat(crowd, { n: 2 })).status).toBe(429);
  await waitFor(async () =>
    expect(await limitsHit()).toEqual({
      ...Object.fromEntries(spent.map(([, name]) => [name, EACH.length + 1])),
      "turns-at-once": 1,
    }),
  );
});

test("the bootstrap key, and a key without limits, is told of none", async () => {
  const { limit, chat } = await startLimited();
  for (const key of [KEY, await limit({})]) {
    const answer = await chat(key);
    expect([answer.status, limitHeadersOf(answer)]).toEqual([200, {}]);
  }
});

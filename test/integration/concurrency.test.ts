import { expect, test } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { delay } from "../../src/lib/time.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { type Answer, ask, assistant, user } from "./ask.ts";
import { runningProcessIds } from "./claude-processes.ts";
import { startTurnpike, type Turnpike } from "./start-turnpike.ts";

const SAMPLE_INTERVAL_MS = 50;

test("12 requests with 3 sessions: each one that ends lets in the one that has waited longest", async () => {
  const sessions = 3;
  const turnpike = await startTurnpike({ spares: 1, flags: { "sessions.maxSessions": String(sessions) } });
  const { upstream } = turnpike;
  const gates = Array.from({ length: 12 }, () => new Gate());
  upstream.respondWith((request) => {
    const index = questionOf(request);
    return reply({ blocks: [...gates.slice(index, index + 1), textBlock(`answer ${index}`)] });
  });

  const asking: Promise<Answer>[] = [];
  for (const [index] of gates.entries()) {
    asking.push(ask(turnpike, `question ${index}`));
    await turnpike.until(({ turns }) => turns.running + turns.queued === index + 1);
  }
  await upstream.waitForRequest(sessions);
  for (const [index, gate] of gates.entries()) {
    gate.release();
    await asking[index];
    if (index + sessions < gates.length) await upstream.waitForRequest(index + sessions + 1);
  }

  expect((await Promise.all(asking)).map((answer) => answer.text)).toEqual(
    gates.map((_, index) => `answer ${index}`),
  );
  const order = upstream.requests.map(questionOf);
  // The first three start beside each other; after that one starts when one ends.
  expect(order.slice(0, sessions).sort()).toEqual([0, 1, 2]);
  expect(order.slice(sessions)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("32 requests at once with 8 sessions: all are answered, in bounded processes and memory", async () => {
  const [requests, sessions] = [32, 8];
  const turnpike = await startTurnpike({ spares: 1, flags: { "sessions.maxSessions": String(sessions) } });
  const { upstream } = turnpike;
  upstream.respondWith((request) => text(`answer ${questionOf(request)}`));

  const done = new AbortController();
  const watching = watchPeak(turnpike, done.signal);
  const questions = Array.from({ length: requests }, (_, index) => index);
  const answers = await Promise.all(questions.map((index) => ask(turnpike, `question ${index}`)));
  done.abort();
  const peak = await watching;

  expect(answers.map((answer) => answer.text)).toEqual(questions.map((index) => `answer ${index}`));
  expect(new Set(answers.map((answer) => answer.conversation)).size).toBe(requests);
  expect(upstream.requests.map(questionOf).sort((left, right) => left - right)).toEqual(questions);
  for (const request of upstream.requests) {
    expect(conversationOf(request)).toEqual([user(`question ${questionOf(request)}`)]);
  }
  expect(peak.turns).toBe(sessions);
  expect(peak.sessions).toBeLessThanOrEqual(sessions);
  // Besides the sessions: a spare of each kind, and processes that were told to end.
  expect(peak.processes).toBeLessThanOrEqual(2 * sessions + 2);

  await turnpike.until(({ spares }) => spares.ready === spares.limit);
  // Workers serve one request after the other: no more than there were places for turns. What is told to end takes a moment.
  const surplus = async () => {
    const { sessions: told, spares } = turnpike.health();
    return (await runningProcessIds()).length - told.idle - spares.ready;
  };
  await expect.poll(surplus, { timeout: 60_000 }).toBe(0);
  const health = turnpike.health();
  expect(health.sessions).toMatchObject({ busy: 0, starting: 0, limit: sessions });
  expect(health.sessions.idle).toBeGreaterThan(0);
  expect(health.sessions.idle).toBeLessThanOrEqual(sessions);
  expect(health.turns).toMatchObject({ running: 0, queued: 0 });

  // Some are hot, the others are on record: all go on.
  for (const [index, answer] of answers.entries()) {
    if (index % 8 !== 0) continue;
    const next = [user(`question ${index}`), assistant(answer.text), user(`question ${index + 100}`)];
    const { conversation, placement } = await ask(turnpike, next);
    expect(conversation).toBe(answer.conversation);
    expect(["hot", "resumed"]).toContain(placement);
  }
  const measured = await turnpike.until(({ claudeMemoryBytes }) => claudeMemoryBytes !== undefined);
  expect(measured.claudeMemoryBytes).toBeGreaterThan(50 * 1024 * 1024);
}, 240_000);

function questionOf(request: RecordedRequest): number {
  return Number(/^question (\d+)$/.exec(userTexts(request.body).at(-1) ?? "")?.[1]);
}

/** The most that there was at a time, until the signal. */
async function watchPeak(turnpike: Turnpike, signal: AbortSignal) {
  const peak = { turns: 0, sessions: 0, processes: 0 };
  while (!signal.aborted) {
    const { turns, sessions } = turnpike.health();
    peak.turns = Math.max(peak.turns, turns.running);
    peak.sessions = Math.max(peak.sessions, sessions.idle + sessions.busy + sessions.starting);
    peak.processes = Math.max(peak.processes, (await runningProcessIds()).length);
    await delay(SAMPLE_INTERVAL_MS);
  }
  return peak;
}

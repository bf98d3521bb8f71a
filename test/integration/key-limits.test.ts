import OpenAI, { AuthenticationError, PermissionDeniedError, RateLimitError } from "openai";
import { expect, test } from "vitest";

import { runProgram } from "../../src/cli/turnpike.ts";
import { Gate } from "../../src/demo/gate.ts";
import { text } from "../../src/demo/build-reply.ts";
import { FakeContext } from "../cli/fake-context.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";

const shared = shareTurnpike();

/** What `turnpike keys …` says beside the running server. */
async function keys<Body>(...args: readonly string[]): Promise<Body> {
  const { dataDir } = shared();
  const fake = new FakeContext(dataDir);
  fake.now = Date.now();
  const code = await runProgram(["keys", ...args, "--data-dir", dataDir, "--json"], fake.context);
  expect([code, fake.errors]).toEqual([0, []]);
  return JSON.parse(fake.printed.join("\n"));
}

/** OpenAI's client with a new key. It does not try again by itself. */
async function clientOf(name: string, ...flags: readonly string[]): Promise<OpenAI> {
  const { key } = await keys<{ key: string }>("create", name, ...flags);
  return new OpenAI({ apiKey: key, baseURL: `${shared().url}/v1`, maxRetries: 0 });
}

const HELLO = { model: "sonnet", messages: [user("Hello")] };

/** What an answer has used, and what is left by its headers. In one conversation of each key, which keeps its process. */
async function ask(client: OpenAI, body: Partial<typeof HELLO> = {}, name = "talk") {
  const headers = { "X-Conversation-ID": name };
  const asking = client.chat.completions.create({ ...HELLO, ...body }, { headers });
  const { data, response } = await asking.withResponse();
  const left = (what: string) => Number(response.headers.get(`x-ratelimit-remaining-${what}`));
  return { total: data.usage?.total_tokens ?? 0, requests: left("requests"), tokens: left("tokens") };
}

test("several keys in one server: each is kept to what it may and to its own limits, and a revoked one to nothing", async () => {
  const { upstream } = shared();
  const first = await clientOf("first", "--model", "sonnet", "--requests-per-minute", "2");
  const second = await clientOf("second", "--requests-per-minute", "1");
  expect((await first.models.list()).data.map(({ id }) => id)).toEqual(["sonnet"]);
  expect(await ask(first)).toMatchObject({ requests: 1 });
  await expect(ask(first, { model: "opus" })).rejects.toThrow(PermissionDeniedError);
  await expect(ask(first, { model: "claude-code" })).rejects.toThrow(/'claude-code'\. It may use: sonnet/);
  expect(await ask(first)).toMatchObject({ requests: 0 });
  const before = upstream.requests.length;
  const refused = await ask(first).catch((error: unknown) => error);
  if (!(refused instanceof RateLimitError)) return expect.unreachable();
  expect(refused).toMatchObject({ status: 429, code: "rate_limit_exceeded" });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  expect(upstream.requests).toHaveLength(before);
  // The other one's minute is its own.
  expect(await ask(second)).toMatchObject({ requests: 0 });
  await keys("set", "second", "--requests-per-minute", "any");
  await ask(second);
  await keys("revoke", "second");
  await expect(ask(second)).rejects.toThrow(AuthenticationError);
});

test("what Claude Code has used is what counts, also of a turn whose client has left", async () => {
  const { upstream } = shared();
  const client = await clientOf("counted", "--tokens-per-day", "1000000");
  const first = await ask(client);
  expect(first.total).toBeGreaterThan(0);
  expect(first.tokens).toBe(1_000_000 - first.total);

  const gate = new Gate();
  upstream.respondWith([text("", { chunks: ["One", gate, "two"] })]);
  const stream = await client.chat.completions.create({ ...HELLO, stream: true });
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
  await expect.poll(() => shared().health().turns.running, { timeout: 60_000 }).toBe(0);
  gate.release();
  upstream.clear();
  const last = await ask(client);
  const ofLeft = first.tokens - last.tokens - last.total;
  expect(ofLeft).toBeGreaterThan(0);
});

test("a budget that is used up is insufficient_quota, and of turns at once none too many begins", async () => {
  const client = await clientOf("budget", "--cost-per-day", "0.000001", "--turns-at-once", "2");
  await ask(client);
  await expect(ask(client)).rejects.toMatchObject({ status: 429, code: "insufficient_quota" });

  const { upstream } = shared();
  const gate = new Gate();
  upstream.respondWith([1, 2].map(() => text("", { chunks: ["Wait", gate] })));
  const crowd = await clientOf("crowd", "--turns-at-once", "2");
  const running = [ask(crowd, {}, "one"), ask(crowd, {}, "two")];
  await expect.poll(() => shared().health().turns.running, { timeout: 60_000 }).toBe(2);
  await expect(ask(crowd)).rejects.toThrow(/turns at once: Limit 2/);
  gate.release();
  await Promise.all(running);
});

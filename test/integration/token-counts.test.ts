import { beforeEach, describe, expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { text } from "../../src/demo/build-reply.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { assistant, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startTurnpike, type Turnpike } from "./start-turnpike.ts";

const shared = shareTurnpike({ flags: { "turns.upstreamRetries": 0 } });
beforeEach(() => shared().upstream.clear());

const PROMPT = {
  model: "claude-haiku-4-5",
  system: "You are a scientist.",
  messages: [user("What is in here?"), assistant("Where?"), user("In the box.")],
  tools: [{ name: "open_box", description: "Opens it.", input_schema: { type: "object", properties: {} } }],
};

const JSON_HEADERS = { "content-type": "application/json" };

async function count(turnpike: Turnpike, path: string, body: object) {
  const init = { method: "POST", headers: JSON_HEADERS, body: JSON.stringify(body) };
  const response = await turnpike.fetch(path, init);
  // Proof for the cast: both protocols name the number so.
  const { input_tokens: tokens } = (await response.json()) as { input_tokens: number };
  return { status: response.status, source: response.headers.get("x-turnpike-token-count"), tokens };
}

/** What the model's API says when it is asked directly. */
async function askApi(turnpike: Turnpike, body: object): Promise<number> {
  const headers = { ...JSON_HEADERS, "x-api-key": "sk-ant-api", "anthropic-version": "2023-06-01" };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await fetch(`${turnpike.upstream.url}/v1/messages/count_tokens`, init);
  return ((await response.json()) as { input_tokens: number }).input_tokens;
}

const RESPONSE_PROMPT = {
  model: "claude-haiku-4-5",
  instructions: "You are a scientist.",
  input: PROMPT.messages,
  tools: [
    {
      type: "function",
      name: "open_box",
      description: "Opens it.",
      parameters: { type: "object", properties: {} },
      strict: false,
    },
  ],
};

describe("input tokens", () => {
  test("are counted by the model's API where there is a key for it", async () => {
    const tokens = await askApi(shared(), PROMPT);
    expect(tokens).toBeGreaterThan(20);
    const counted = { status: 200, source: "api", tokens };
    expect(await count(shared(), "/v1/messages/count_tokens", PROMPT)).toEqual(counted);
    expect(await count(shared(), "/v1/responses/input_tokens", RESPONSE_PROMPT)).toEqual(counted);
    expect(shared().upstream.requests).toEqual([]);
  });

  test("are reckoned for what the API does not count, such as an image behind a URL", async () => {
    const image = { type: "image", source: { type: "url", url: "https://example.com/a.png" } };
    const content = [image, { type: "text", text: "What is it?" }];
    const messages = [{ role: "user", content }];
    const older = await count(shared(), "/v1/messages/count_tokens", { model: "claude-haiku-4-5", messages });
    expect(older).toMatchObject({ source: "estimate", tokens: expect.closeTo(1580, -2) });
    const newer = await count(shared(), "/v1/messages/count_tokens", { model: "claude-opus-5-5", messages });
    expect(newer).toMatchObject({ source: "estimate", tokens: expect.closeTo(4800, -2) });
  });

  test.each([
    ["there is no key", { environment: { ANTHROPIC_API_KEY: undefined } }],
    ["the operator wants it so", { flags: { "turns.tokenCount": "estimate" } }],
    ["the API does not answer", { environment: { ANTHROPIC_BASE_URL: "http://127.0.0.1:9" } }],
  ])("are reckoned where %s", async (_, options) => {
    const turnpike = await startTurnpike({ ...options, waitUntilReady: false });
    for (const path of ["/v1/messages/count_tokens", "/v1/responses/input_tokens"]) {
      const body = path.includes("messages") ? PROMPT : RESPONSE_PROMPT;
      const older = await count(turnpike, path, body);
      expect(older).toMatchObject({ status: 200, source: "estimate" });
      const newer = await count(turnpike, path, { ...body, model: "claude-opus-5-5" });
      expect(newer.tokens / older.tokens).toBeGreaterThan(1.2);
    }
    const { model: __, ...unnamed } = RESPONSE_PROMPT;
    expect(await count(turnpike, "/v1/responses/input_tokens", unnamed)).toMatchObject({ status: 200 });
  });
});

/** About 14,000 tokens for haiku. */
const page = (name: string) => `${name}: ${"all that was said and done. ".repeat(2000)}`;
const call = (id: string) => ({ type: "function_call", call_id: id, name: "open_box", arguments: "{}" });
const result = (id: string, output: string) => ({ type: "function_call_output", call_id: id, output });

const respond = (input: readonly object[], changes: object = {}) =>
  shared().fetch("/v1/responses", {
    method: "POST",
    headers: JSON_HEADERS,
    body: JSON.stringify({ ...RESPONSE_PROMPT, input, truncation: "auto", ...changes }),
  });
const seen = async (index: number) => conversationOf(await shared().upstream.waitForRequest(index));

describe("truncation: auto", () => {
  const tooLong = httpError(400, {
    message: "prompt is too long: 250000 tokens > 200000 maximum",
  });

  test("leaves out the oldest messages before the model is asked, by its own window", async () => {
    const { upstream } = shared();
    const input = Array.from({ length: 21 }, (_, index) =>
      index % 2 === 0 ? user(page(`page ${index}`)) : assistant(page(`page ${index}`)),
    );
    upstream.respondWith(text("Read."));
    expect((await respond(input)).status).toBe(200);
    expect(upstream.requests).toHaveLength(1);
    const left = await seen(1);
    expect(left.length).toBeGreaterThan(6);
    expect(left.length).toBeLessThan(14);
    expect(left).toEqual(input.slice(-left.length));
    upstream.clear();
    upstream.respondWith(text("Read."));
    expect((await respond(input, { model: "claude-opus-5-5" })).status).toBe(200);
    expect(await seen(1)).toEqual(input);
  });

  test("never parts a call from its result, and keeps what the work is about", async () => {
    const { upstream } = shared();
    const rounds = Array.from({ length: 20 }, (_, index) => [
      call(`call_${index}`),
      result(`call_${index}`, page(`result ${index}`)),
    ]);
    upstream.respondWith(text("Done."));
    const response = await respond([user("Open them all."), ...rounds.flat()]);
    expect(response.status).toBe(200);
    const { body } = await upstream.waitForRequest(1);
    const source = JSON.stringify(body.messages);
    expect(source).toContain("Open them all.");
    expect(source).toContain("result 19");
    expect(source).not.toContain("result 0:");
    const calls = source.match(/"type":"tool_use"/g)?.length ?? 0;
    expect(calls).toBeGreaterThan(5);
    expect(source.match(/"type":"tool_result"/g)).toHaveLength(calls);
  });

  test("leaves out more where the API finds the rest too long all the same", async () => {
    const { upstream } = shared();
    upstream.respondWith((request) => (conversationOf(request).length > 3 ? tooLong : text("Read.")));
    const input = Array.from({ length: 9 }, (_, index) =>
      index % 2 === 0 ? user(`question ${index}`) : assistant(`answer ${index}`),
    );
    const response = await respond(input);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("Read.")]);
    // A process asks once more, without a beta of its own, when it is refused for the first time.
    const given = upstream.requests.map(conversationOf);
    const inTurn = given.filter((each, index) => each.length !== given[index - 1]?.length);
    expect(inTurn).toEqual([input, input.slice(4), input.slice(6)]);
  });
});

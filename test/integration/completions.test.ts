import { expect, test } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { conversationOf, systemPromptOf, toolNamesOf } from "../upstream/read-request.ts";
import { expectError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";

const shared = shareTurnpike({ configFile: { models: { davinci: "sonnet" } } });

/** What stands around the cursor in the newest request to the model. */
function lastAsked({ upstream }: Turnpike): unknown {
  const request = upstream.requests.at(-1);
  return request && conversationOf(request);
}

test("a prompt and what stands behind it reach the model, and its answer is the text between", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(text("    return n * 2\n"));
  const { data, response } = await turnpike.openai.completions
    .create({
      model: "sonnet",
      prompt: "def double(n):\n",
      suffix: "\nprint(double(2))",
      max_tokens: 64,
      stop: ["\n\n"],
    })
    .withResponse();
  expect(data).toEqual({
    id: expect.stringMatching(/^cmpl-/),
    object: "text_completion",
    created: expect.any(Number),
    model: "sonnet",
    choices: [{ text: "    return n * 2\n", index: 0, logprobs: null, finish_reason: "stop" }],
    usage: expect.objectContaining({ total_tokens: expect.any(Number) }),
  });
  expect(lastAsked(turnpike)).toEqual([
    {
      role: "user",
      content:
        "<before_cursor>def double(n):\n</before_cursor><after_cursor>\nprint(double(2))</after_cursor>",
    },
  ]);
  const [request] = turnpike.upstream.requests;
  expect(request?.body.max_tokens).toBe(64);
  expect(request && systemPromptOf(request)).toContain("You complete text for a program");
  // Nothing goes on from it, so there is no conversation to name or to find.
  expect(response.headers.get("x-conversation-id")).toBeNull();
  const conversations: unknown = await (await turnpike.fetch("/conversations")).json();
  expect(conversations).toMatchObject({ data: [] });
  await turnpike.until(({ sessions }) => sessions.busy === 0);
});

test("Claude Code's own tools stay out, whatever the model is", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(text("x"));
  const body = await turnpike.openai.completions.create({ model: "claude-code", prompt: "a" });
  expect(body.choices[0]?.text).toBe("x");
  const [request] = turnpike.upstream.requests;
  expect(request && toolNamesOf(request)).toEqual([]);
});

test("a stream has the pieces as they come, the echo first and the usage last", async () => {
  const turnpike = shared();
  const gate = new Gate();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(reply({ blocks: [textBlock("one "), gate, textBlock("two")] }));
  const stream = await turnpike.openai.completions.create({
    model: "davinci",
    prompt: "zero ",
    echo: true,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
    if (chunk.choices[0]?.text.includes("one")) gate.release();
  }
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  expect(chunks[0]).toMatchObject({
    object: "text_completion",
    model: "davinci",
    choices: [{ text: "zero ", index: 0, logprobs: null, finish_reason: null }],
    usage: null,
  });
  expect(chunks.map(({ choices }) => choices[0]?.text ?? "").join("")).toMatch(/^zero one\s+two$/);
  expect(chunks.at(-2)?.choices).toEqual([{ text: "", index: 0, logprobs: null, finish_reason: "stop" }]);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
});

test("several prompts have n answers each, in order", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(({ body }) =>
    text(JSON.stringify(body.messages).includes("first") ? "to the first" : "to the second"),
  );
  const body = await turnpike.openai.completions.create({
    model: "sonnet",
    prompt: ["first:", "second:"],
    n: 2,
    echo: true,
  });
  expect(body.choices.map(({ index, text: said }) => [index, said])).toEqual([
    [0, "first:to the first"],
    [1, "first:to the first"],
    [2, "second:to the second"],
    [3, "second:to the second"],
  ]);
});

test("a cut answer says so, and a model that fails is an error in OpenAI's shape", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(reply({ blocks: [textBlock("cut")], stopReason: "max_tokens" }));
  const cut = await turnpike.openai.completions.create({ model: "sonnet", prompt: "a", max_tokens: 1000 });
  expect(cut.choices[0]).toMatchObject({ text: "cut", finish_reason: "length" });
  const headers = { "content-type": "application/json" };
  const send = (body: object) =>
    turnpike.fetch("/v1/completions", { method: "POST", headers, body: JSON.stringify(body) });
  await expectError(await send({ model: "gpt-none", prompt: "a" }), {
    status: 404,
    type: "invalid_request_error",
    code: "model_not_found",
    param: "model",
  });
  await expectError(await send({ model: "sonnet", prompt: [1, 2, 3] }), {
    status: 400,
    type: "invalid_request_error",
    code: "invalid_type",
    param: "prompt[0]",
  });
});

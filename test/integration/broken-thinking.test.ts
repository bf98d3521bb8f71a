import { expect, test } from "vitest";

import { truncate } from "../../src/demo/build-fault.ts";
import { reply, textBlock, thinking } from "../../src/demo/build-reply.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const MODEL = "claude-opus-5-5";
/** The connection breaks while the model thinks, and Claude Code asks again: the client has read what it thought first. */
const REPLIES = [
  reply({ blocks: [thinking("", { chunks: ["At first sight.", truncate(), " Never."] })] }),
  reply({ blocks: [thinking("On reflection."), textBlock("Yes.")] }),
];

function post(path: string, body: object): Promise<Response> {
  return shared().fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({ model: MODEL, ...body }),
  });
}

test("a message has both thoughts, and the signature on the one that it is of", async () => {
  shared().upstream.respondWith(REPLIES);
  const thoughtful = { type: "adaptive", display: "summarized" };
  const asked = { max_tokens: 8_000, thinking: thoughtful, messages: [user("Is it so?")] };
  const answer = await post("/v1/messages", asked);
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(await answer.json()).toMatchObject({
    content: [
      { type: "thinking", thinking: "At first sight.", signature: "" },
      { type: "thinking", thinking: "On reflection.", signature: expect.stringMatching(/./) },
      { type: "text", text: "Yes." },
    ],
  });
});

test("a chat completion has them apart", async () => {
  shared().upstream.respondWith(REPLIES);
  const answer = await post("/v1/chat/completions", {
    messages: [user("Is it so?")],
    reasoning_effort: "high",
  });
  expect(await answer.json()).toMatchObject({
    choices: [{ message: { content: "Yes.", reasoning_content: "At first sight.\n\nOn reflection." } }],
  });
});

test("a response has two items, of which one is sealed", async () => {
  shared().upstream.respondWith(REPLIES);
  const answer = await post("/v1/responses", {
    input: "Is it so?",
    reasoning: { summary: "auto" },
    include: ["reasoning.encrypted_content"],
  });
  const body = await answer.text();
  expect(answer.status, body).toBe(200);
  const { output } = JSON.parse(body);
  expect(output).toMatchObject([
    { type: "reasoning", status: "incomplete", summary: [{ text: "At first sight." }] },
    { type: "reasoning", status: "completed", summary: [{ text: "On reflection." }] },
    { type: "message", content: [{ text: "Yes." }] },
  ]);
  expect(output.map((item: object) => "encrypted_content" in item)).toEqual([false, true, false]);
});

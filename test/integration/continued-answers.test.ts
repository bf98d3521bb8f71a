import { Anthropic, BadRequestError } from "@anthropic-ai/sdk";
import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { type ConversationMessage, conversationOf } from "../upstream/read-request.ts";
import { ask, assistant, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { API_KEY } from "./start-turnpike.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

/** A model that goes on from the beginning of an answer, and one of those that do not. */
const TAKES = "haiku/claude-haiku-4-5";
const REFUSES = "claude-opus-5-5";
const BEGUN = [user("Count to five."), assistant("1, 2, 3,")];
const WORDS = /^<system>\nContinue your last message from exactly where it ends\..*\n<\/system>$/;

const seen = async (count: number) => {
  const request = await shared().upstream.waitForRequest(count);
  return { body: request.body, messages: conversationOf(request) };
};

function textOf({ content }: ConversationMessage): string {
  return typeof content === "string" ? content : content.map((block) => block["text"]).join("");
}

test.each([
  ["a new chat", async () => [...BEGUN]],
  [
    "a chat that is hot",
    async () => {
      shared().upstream.respondWith(text("1, 2, 3,"));
      await ask(shared(), BEGUN.slice(0, 1), { model: TAKES });
      shared().upstream.clear();
      return [...BEGUN.slice(0, 1), assistant("1, 2, 3,")];
    },
  ],
])("a model that can goes on from the answer at the end of %s, with nothing added", async (_, begin) => {
  const messages = await begin();
  shared().upstream.respondWith([text(" 4, 5."), text("Ten.")]);
  expect((await ask(shared(), messages, { model: TAKES })).text).toBe(" 4, 5.");
  const { body, messages: sent } = await seen(1);
  expect(sent).toEqual([user("Count to five."), assistant("1, 2, 3,")]);
  expect(body["thinking"] ?? { type: "disabled" }).toEqual({ type: "disabled" });

  // Open WebUI shows one answer, and sends it so.
  const whole = [user("Count to five."), assistant("1, 2, 3, 4, 5."), user("And twice that?")];
  expect(await ask(shared(), whole, { model: TAKES })).toMatchObject({ text: "Ten.", placement: "resumed" });
  const { messages: sentNext } = await seen(2);
  expect(sentNext.map(textOf)).toEqual(["Count to five.", "1, 2, 3, 4, 5.", "And twice that?"]);
});

test("a model that cannot is asked for the rest of it in words, which are forgotten then", async () => {
  shared().upstream.respondWith([text("4, 5."), text("Ten.")]);
  expect((await ask(shared(), BEGUN, { model: REFUSES })).text).toBe("4, 5.");
  expect((await seen(1)).messages).toEqual([
    ...BEGUN,
    { role: "user", content: expect.stringMatching(WORDS) },
  ]);
  const next = [...BEGUN, assistant("4, 5."), user("And twice that?")];
  expect(await ask(shared(), next, { model: REFUSES })).toMatchObject({ text: "Ten.", placement: "resumed" });
  const answer = {
    role: "assistant",
    content: ["1, 2, 3,", "4, 5."].map((part) => ({ type: "text", text: part })),
  };
  expect((await seen(2)).messages).toEqual([user("Count to five."), answer, user("And twice that?")]);
});

test.each([TAKES, REFUSES])("%s gives an answer that has a format whole", async (model) => {
  shared().upstream.respondWith([text('{"a":1}'), text('{"a":2}')]);
  const begun = [user("JSON?"), assistant('{"a":')];
  const schema = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] };
  const formats = [
    { type: "json_object" },
    { type: "json_schema", json_schema: { name: "an_a", schema, strict: true } },
  ] as const;
  for (const [index, response_format] of formats.entries()) {
    const answer = await ask(shared(), begun, { model, response_format });
    expect(JSON.parse(answer.text)).toEqual({ a: index + 1 });
    const { messages } = await seen(index + 1);
    expect(messages.slice(0, -1)).toEqual(begun);
    expect(JSON.stringify(messages.at(-1))).toContain("Give the complete answer now, from its beginning.");
    expect(JSON.stringify(messages.at(-1))).not.toMatch(WORDS);
  }
});

test("the Messages API refuses what the model behind it does not take", async () => {
  const client = new Anthropic({ baseURL: shared().url, apiKey: API_KEY, authToken: null, maxRetries: 0 });
  const body = { max_tokens: 1000, messages: BEGUN };
  const refused = await client.messages.create({ ...body, model: REFUSES }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BadRequestError);
  expect(String(refused)).toContain("does not support assistant message prefill");
  shared().upstream.respondWith(text(" 4, 5."));
  // The API takes no white space at the end.
  const messages = [user("Count to five."), assistant("1, 2, 3, \n")];
  const answer = await client.messages.create({ ...body, messages, model: TAKES });
  expect(answer.content).toMatchObject([{ type: "text", text: " 4, 5." }]);
  expect((await seen(1)).messages).toEqual(BEGUN);
});

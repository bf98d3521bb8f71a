import { expect, test } from "vitest";
import { createDemoResponder } from "./demo-responder.ts";
import { textOf, isBlock } from "./block-text.ts";
import type { MessagesBody } from "./messages-body.ts";
import { RecordedRequest } from "./recorded-request.ts";

test("says what it is and repeats the user", async () => {
  const { words } = await answer(["hello   there"]);
  expect(words).toContain("not Claude");
  expect(words).toContain('You said: "hello there"');
  expect(words).toContain("your first message");
});

test("shortens a long text", async () => {
  const { words } = await answer(["😀".repeat(200)]);
  expect(words).toContain(`"${"😀".repeat(79)}…"`);
});

test("remembers the conversation", async () => {
  expect((await answer(["one", "two"])).words).toContain("2 messages");
  expect((await answer(["my name is Ada", "what did I say first?"])).words).toContain('"my name is Ada"');
});

test("obeys limits", async () => {
  expect(await answer(["hi"], { max_tokens: 3 })).toMatchObject({
    words: "I am Turnpike's",
    stopReason: "max_tokens",
  });
  expect(await answer(["hi"], { stop_sequences: ["not", "scripted"] })).toMatchObject({
    words: "I am Turnpike's",
    stopReason: "stop_sequence",
    stopSequence: "scripted",
  });
});

test("an answer in a form has an end, though the form doubles with each level", async () => {
  const $defs = Object.fromEntries(Array.from({ length: 31 }, (_, at) => [`d${at}`, two(at + 1)]));
  const format = { type: "json_schema" as const, schema: { ...two(0), $defs } };
  const { words } = await answer(["hi"], { output_config: { format } });
  expect(words.length).toBeLessThan(100_000);
});

function two(at: number) {
  const inner = { $ref: `#/$defs/d${at}` };
  return { type: "object", properties: { a: inner, b: inner }, required: ["a", "b"] };
}

async function answer(texts: string[], fields: Partial<MessagesBody> = {}) {
  const messages = texts.map((content) => ({ role: "user" as const, content }));
  const body: MessagesBody = { model: "m", max_tokens: 1000, messages, ...fields };
  const request = new RecordedRequest({ body, headers: {}, path: "/", sequence: 1, written: { bytes: 0 } });
  const reply = await createDemoResponder()(request);
  if (reply.type !== "message") throw new Error("The demo always answers with a message");
  const blocks = reply.blocks.filter(isBlock);
  const words = blocks
    .filter((block) => block.type === "text")
    .map(textOf)
    .join("");
  const { stopReason, stopSequence } = reply;
  return { words, kinds: blocks.map((block) => block.type), stopReason, stopSequence };
}

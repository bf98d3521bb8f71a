import { afterAll, beforeAll, expect, test } from "vitest";

import { ConfiguredModels } from "../../src/core/models/configured-models.ts";
import { CHAT_PROFILE } from "../engine/turn-fixtures.ts";
import { expectErrorBody } from "../schema/expect-openai.ts";
import { JSON_HEADERS, say, sendRaw, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

const CHAT = "/v1/chat/completions";
const RESPONSES = "/v1/responses";
const MESSAGES = "/v1/messages";
const ASKED = { role: "user", content: "hello" };
const chat = (extra: object) => ({ model: "sonnet", messages: [ASKED], ...extra });
const responses = (extra: object) => ({ model: "sonnet", input: [ASKED], ...extra });
const messages = (extra: object) => ({ model: "sonnet", max_tokens: 10, messages: [ASKED], ...extra });
const numbers = `{"a":[${"1,".repeat(16_000)}1]}`;
const deep = `{"a":${"[".repeat(600)}${"]".repeat(600)}}`;
const callOf = (text: string, id = "c") => ({
  id,
  type: "function",
  function: { name: "f", arguments: text },
});
const roundOf = (...calls: readonly { readonly id: string }[]) => [
  ASKED,
  { role: "assistant", content: null, tool_calls: calls },
  ...calls.map(({ id }) => ({ role: "tool", tool_call_id: id, content: "r" })),
];

let server: ScriptedServer;
beforeAll(async () => {
  const models = new ConfiguredModels({
    models: { sonnet: { profile: CHAT_PROFILE } },
    accountProfile: CHAT_PROFILE,
    accountModels: () => [],
    createdAt: 0,
  });
  server = await startScriptedServer(say("hi"), { models });
});
afterAll(() => server.close());

const send = (path: string, body: object) =>
  sendRaw(server, { method: "POST", path, headers: JSON_HEADERS, body: JSON.stringify(body) });

test.each([
  ["a stop sequence", CHAT, chat({ stop: "a".repeat(1_025) }), /'stop': string too long.*1024/],
  ["one of several", CHAT, chat({ stop: ["b", "a".repeat(1_025)] }), /'stop\[1\]': string too long/],
  [
    "one of a completion",
    "/v1/completions",
    { model: "sonnet", prompt: "p", stop: "a".repeat(1_025) },
    /too long/,
  ],
  ["of the Messages API", MESSAGES, messages({ stop_sequences: ["a".repeat(1_025)] }), /stop_sequences/],
  ["very many of them", MESSAGES, messages({ stop_sequences: Array(257).fill("a") }), /stop_sequences/],
  ["deep arguments", CHAT, chat({ messages: roundOf(callOf(deep)) }), /nested more than 512 levels/],
  [
    "arguments of many values",
    CHAT,
    chat({ messages: roundOf(...Array.from({ length: 13 }, (_, at) => callOf(numbers, `c${at}`))) }),
    /calls have more than 200000 values/,
  ],
  [
    "deep arguments of a function_call",
    CHAT,
    chat({ messages: [ASKED, { role: "assistant", function_call: { name: "f", arguments: deep } }, ASKED] }),
    /nested more than 512 levels/,
  ],
  [
    "deep arguments of an item",
    RESPONSES,
    responses({
      input: [
        ASKED,
        { type: "function_call", call_id: "c", name: "f", arguments: deep },
        { type: "function_call_output", call_id: "c", output: "r" },
      ],
    }),
    /nested more than 512 levels/,
  ],
])("%s that nobody needs is refused", async (_, path, body, message) => {
  const answer = await send(path, body);
  expect(answer.status, answer.text).toBe(400);
  expect(answer.text).toMatch(message);
});

test("a model's name that is none is not said again at full length", async () => {
  const answer = await send(CHAT, chat({ model: `sonnet:${"a/".repeat(100_000)}` }));
  expect(answer.status).toBe(404);
  expectErrorBody(answer.json);
  expect(answer.text.length).toBeLessThan(500);
});

test("what calls really hold passes", async () => {
  const texts = [numbers, "no JSON [[[", "", "[".repeat(500)];
  const calls = texts.map((text, at) => callOf(text, `c${at}`));
  const answer = await send(CHAT, chat({ stop: ["a".repeat(1_024)], messages: roundOf(...calls) }));
  expect(answer.status, answer.text).toBe(200);
});

import { execFileSync } from "node:child_process";

import { expect, test } from "vitest";

import type { RequestDetailBody } from "../../../../src/protocols/admin/format-request.ts";
import { asCurl } from "./as-curl.ts";

// Proof for the cast: what the command is made of.
const request = (more: Partial<RequestDetailBody>) =>
  ({ route: "POST /v1/chat/completions", model: "sonnet", content: null, ...more }) as RequestDetailBody;

/** What a shell makes of a command: its words. */
function wordsOf(command: string): string[] {
  const printed = command.replace(/^curl/, `printf '%s\\0'`);
  return execFileSync("/bin/sh", ["-c", printed], { env: { OPENAI_API_KEY: "tp-1" } })
    .toString()
    .split("\0")
    .slice(0, -1);
}

test("a shell reads nothing in it but what was said", () => {
  const prompt = 'it\'s $HOME `id` \\ "quoted" $(id)\nnext';
  const words = wordsOf(asCurl(request({ content: { prompt, answer: "" } }), "http://here"));
  expect(words.slice(0, 5)).toEqual([
    "-X",
    "POST",
    "http://here/v1/chat/completions",
    "-H",
    "Authorization: Bearer tp-1",
  ]);
  expect(JSON.parse(words.at(-1) ?? "")).toEqual({
    model: "sonnet",
    messages: [{ role: "user", content: prompt }],
  });
});

test("each protocol gets what it asks for", () => {
  expect(bodyOf("POST /v1/responses")).toHaveProperty("input");
  expect(bodyOf("POST /v1/messages")).toHaveProperty("max_tokens");
  expect(bodyOf("POST /v1/completions")).toHaveProperty("prompt");
});

test.each([
  ["user: Hello", [{ role: "user", content: "Hello" }]],
  [
    "system: Be short.\n\nuser: One\n\ntwo: three\n\nassistant: ok\n\ntool: 12\n\nuser: And now?",
    [
      { role: "system", content: "Be short." },
      { role: "user", content: "One\n\ntwo: three" },
      { role: "assistant", content: "ok" },
      { role: "user", content: "12" },
      { role: "user", content: "And now?" },
    ],
  ],
])("what was asked is asked again by whom it was: %j", (prompt, messages) => {
  const content = { prompt, answer: "" };
  expect(bodyOf("POST /v1/chat/completions", content)).toEqual({ model: "sonnet", messages });
  const [first] = messages;
  expect(bodyOf("POST /v1/responses", content)).toEqual({
    model: "sonnet",
    input: messages.length === 1 ? first?.content : messages,
  });
  expect(bodyOf("POST /v1/messages", content)).toEqual({
    model: "sonnet",
    max_tokens: 4_096,
    ...(first?.role === "system" && { system: first.content }),
    messages: messages.filter(({ role }) => role !== "system"),
  });
});

test("a completion asks for what stood before and behind the cursor, without what Claude was told of it", () => {
  const told = "system: You complete text.\n\n- Reply.\n\nuser: ";
  const asked = (text: string) => bodyOf("POST /v1/completions", { prompt: `${told}${text}`, answer: "" });
  expect(asked("<before_cursor>a\n\nuser: b</before_cursor>")).toEqual({
    model: "sonnet",
    prompt: "a\n\nuser: b",
  });
  expect(asked("<before_cursor>a</before_cursor><after_cursor>c</after_cursor>")).toEqual({
    model: "sonnet",
    prompt: "a",
    suffix: "c",
  });
});

test("what came on a WebSocket is posted", () => {
  const content = { prompt: "user: Hello", answer: "" };
  const words = wordsOf(asCurl(request({ route: "WEBSOCKET /v1/responses", content }), "http://here"));
  expect(words.slice(0, 3)).toEqual(["-X", "POST", "http://here/v1/responses"]);
  expect(JSON.parse(words.at(-1) ?? "")).toEqual({ model: "sonnet", input: "Hello" });
});

test("a model's name runs nothing either", () => {
  const words = wordsOf(asCurl(request({ model: "'; touch /tmp/owned; '" }), "http://here"));
  expect(JSON.parse(words.at(-1) ?? "")).toMatchObject({ model: "'; touch /tmp/owned; '" });
  expect(wordsOf(asCurl(request({ route: "GET /v1/models/:id" }), "http://here"))[0]).toBe(
    "http://here/v1/models/<id>",
  );
});

function bodyOf(route: string, content: RequestDetailBody["content"] = null): unknown {
  return JSON.parse(wordsOf(asCurl(request({ route, content }), "http://here")).at(-1) ?? "");
}

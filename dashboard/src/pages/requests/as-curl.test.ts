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

test("a model's name runs nothing either", () => {
  const words = wordsOf(asCurl(request({ model: "'; touch /tmp/owned; '" }), "http://here"));
  expect(JSON.parse(words.at(-1) ?? "")).toMatchObject({ model: "'; touch /tmp/owned; '" });
  expect(wordsOf(asCurl(request({ route: "GET /v1/models/:id" }), "http://here"))[0]).toBe(
    "http://here/v1/models/<id>",
  );
});

function bodyOf(route: string): unknown {
  return JSON.parse(wordsOf(asCurl(request({ route }), "http://here")).at(-1) ?? "");
}

import { afterEach, beforeEach, expect, test } from "vitest";

import { toldByClaude } from "../engine/told-by-claude.ts";
import {
  JSON_HEADERS,
  postChat,
  type ScriptedServer,
  sendRaw,
  startScriptedServer,
  TURN_END,
  turnStart,
} from "./scripted-server.ts";

/** Claude thinks aloud before one call, without a word before another, and answers. */
const WORK = toldByClaude([
  { type: "reasoning-delta", text: "Let me look." },
  { type: "reasoning-end", signature: "s1", model: "m" },
  { type: "activity-start", activityId: "a", name: "Bash", input: { command: "ls" } },
  { type: "activity-end", activityId: "a", isError: false, output: "x" },
  { type: "reasoning-end", signature: "s2", model: "m" },
  { type: "activity-start", activityId: "b", name: "Bash", input: { command: "npm test" } },
  { type: "activity-end", activityId: "b", isError: false, output: "ok" },
  { type: "text-delta", text: "Done." },
]);

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer(async function* (request) {
    yield turnStart(request);
    yield* WORK;
    yield TURN_END;
  });
});
afterEach(() => server.close());

test("chat completions: words and silent steps are among the thinking, in order, the text is the answer alone", async () => {
  const reasoning = "Let me look.\nBash: npm test\n";
  const body = await postChat(server);
  expect(body.json).toMatchObject({
    choices: [{ message: { content: "Done.", reasoning_content: reasoning } }],
  });
  const stream = await postChat(server, { stream: true });
  const pieces = [...stream.text.matchAll(/"(reasoning_content|content)":"((?:[^"\\]|\\.)*)"/g)];
  expect(pieces.map(([, name, text]) => `${name} ${text}`)).toEqual([
    "reasoning_content Let me look.",
    "reasoning_content \\nBash: npm test\\n",
    "content Done.",
  ]);
});

const postResponse = (extra: object) =>
  sendRaw(server, {
    method: "POST",
    path: "/v1/responses",
    headers: JSON_HEADERS,
    body: JSON.stringify({ model: "sonnet", input: "go", ...extra }),
  });

test("responses: a reasoning item for each block, its words where a summary was asked for, between the items of the work", async () => {
  const types = [
    "reasoning",
    "shell_call",
    "shell_call_output",
    "reasoning",
    "shell_call",
    "shell_call_output",
    "message",
  ];
  const told = await postResponse({ reasoning: { summary: "auto" } });
  expect(told.json).toMatchObject({ output: types.map((type) => ({ type })) });
  expect(
    [...told.text.matchAll(/"type":"summary_text","text":"([^"]*)"/g)].map(([, words]) => words),
  ).toEqual(["Let me look."]);
  expect((await postResponse({})).json).toMatchObject({ output: types.map((type) => ({ type })) });
});

const postMessage = (extra: object) =>
  sendRaw(server, {
    method: "POST",
    path: "/v1/messages",
    headers: JSON_HEADERS,
    body: JSON.stringify({
      model: "sonnet",
      max_tokens: 3000,
      messages: [{ role: "user", content: "go" }],
      ...extra,
    }),
  });

test("messages: thinking blocks in order, for who asks for thinking", async () => {
  expect((await postMessage({ thinking: { type: "adaptive" } })).json).toMatchObject({
    content: [
      { type: "thinking", thinking: "Let me look.", signature: "s1" },
      { type: "thinking", thinking: "", signature: "s2" },
      { type: "text", text: "Done." },
    ],
  });
  expect((await postMessage({})).json).toMatchObject({ content: [{ type: "text", text: "Done." }] });
});

test("who wants the work in the text says so to the turn", async () => {
  await postChat(server, { claude: { activity: "text" } });
  await postChat(server, {}, { "x-turnpike-activity": "text" });
  await postChat(server);
  expect(server.requests.map(({ tellsWorkInText }) => tellsWorkInText)).toEqual([true, true, undefined]);
});

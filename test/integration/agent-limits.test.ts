import type { ChatCompletionMessageParam } from "openai/resources";
import { Anthropic } from "@anthropic-ai/sdk";
import { beforeEach, describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { assistant, user } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { parseEvents } from "./read-events.ts";
import { respond } from "./respond.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { API_KEY } from "./start-turnpike.ts";

const shared = shareTurnpike({
  configFile: {
    profiles: {
      brief: { maxTurns: 2, allowedTools: ["Bash"] },
      cheap: { maxBudgetUsd: 0.000_001, allowedTools: ["Bash"] },
    },
  },
});

const run = (word: string) =>
  reply({ blocks: [textBlock(`I say ${word}.`), toolUse("Bash", { command: `echo ${word}` })] });

beforeEach(() => {
  shared().upstream.clear();
  shared().upstream.respondWith([run("one"), run("two"), run("three"), text("Done.")]);
});

interface ChatBody {
  readonly choices: readonly [
    {
      readonly finish_reason: string;
      readonly message: { readonly content: string; readonly claude?: { readonly stop_reason?: string } };
    },
  ];
}

async function chat(messages: readonly ChatCompletionMessageParam[], body: object = {}, headers = {}) {
  const response = await shared().post({ model: "claude-code", messages, ...body }, headers);
  const source = await response.text();
  expect(response.status, source).toBe(200);
  // Proof for the cast: other tests check the shape of these bodies.
  const [choice] = (JSON.parse(source) as ChatBody).choices;
  return {
    text: choice.message.content,
    end: [choice.finish_reason, choice.message.claude?.stop_reason],
    placement: response.headers.get("x-turnpike-placement"),
  };
}

const countRequests = () => shared().upstream.requests.length;

describe("a limit on model calls", () => {
  test("of the profile ends a chat as one of length, and the conversation goes on in its process", async () => {
    const work = [user("Work until the limit.")];
    const first = await chat(work, { model: "brief" });
    expect(first).toMatchObject({ text: "I say one.\n\nI say two.", end: ["length", "max_turns"] });
    expect(countRequests()).toBe(2);
    shared().upstream.respondWith([run("three"), text("Done.")]);
    const second = await chat([...work, assistant(first.text), user("Go on.")], { model: "brief" });
    // The limit counts anew.
    expect(second).toMatchObject({
      text: "I say three.\n\nDone.",
      placement: "hot",
      end: ["stop", undefined],
    });
    // The last result is not lost.
    const { body } = await shared().upstream.waitForRequest(3);
    expect(JSON.stringify(body.messages)).toMatch(/tool_result[^]*"two"[^]*Go on\./);
  });

  test.each([
    ["the body", { claude: { maxTurns: 1 } }, {}],
    ["a header", {}, { "x-turnpike-max-turns": "1" }],
    ["metadata", { metadata: { "claude.maxTurns": "1" } }, {}],
  ])("of the request, in %s", async (_, body, headers) => {
    const ended = await chat([user("Work.")], { model: "brief", ...body }, headers);
    expect(ended).toMatchObject({ text: "I say one.", end: ["length", "max_turns"] });
    expect(countRequests()).toBe(1);
  });

  test("of the profile cannot be raised", async () => {
    const body = { model: "brief", messages: [user("Work.")], claude: { maxTurns: 3 } };
    await expectError(await shared().post(body), {
      status: 403,
      type: "permission_error",
      code: "forbidden",
      param: "claude.maxTurns",
      message: /profiles\.brief\.maxTurns/,
    });
    expect(countRequests()).toBe(0);
  });

  test("is told at the end of a stream", async () => {
    const response = await shared().post({ model: "brief", messages: [user("Work.")], stream: true });
    const events = parseEvents(await response.text());
    expect(events.slice(-3)).toMatchObject([
      { choices: [{ delta: { claude: { stop_reason: "max_turns" } }, finish_reason: null }] },
      { choices: [{ delta: {}, finish_reason: "length" }] },
      "[DONE]",
    ]);
  });

  test("leaves a response incomplete, and the next one goes on hot", async () => {
    const turnpike = shared();
    const first = await respond(turnpike, "Work.", { model: "brief" });
    expect(first.body).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      claude: { stop_reason: "max_turns" },
    });
    expect(countRequests()).toBe(2);
    turnpike.upstream.respondWith(text("Done."));
    const next = { model: "brief", previous_response_id: first.body.id };
    const second = await respond(turnpike, "Go on.", next);
    expect([second.placement, second.text, second.body.status]).toEqual(["hot", "Done.", "completed"]);
  });

  test.each([false, true])("pauses a turn of the Messages API, streaming: %s", async (isStream) => {
    const { messages } = new Anthropic({
      baseURL: shared().url,
      apiKey: API_KEY,
      authToken: null,
      maxRetries: 0,
    });
    const body = { model: "brief", max_tokens: 1000, messages: [user("Work.")] };
    const answer = await (isStream ? messages.stream(body).finalMessage() : messages.create(body));
    expect(answer.stop_reason).toBe("pause_turn");
    expect(countRequests()).toBe(2);
  });
});

describe("a limit on cost", () => {
  test("of the profile ends the turn behind the call that passes it, each turn anew", async () => {
    const work = [user("Work until it is too dear.")];
    const first = await chat(work, { model: "cheap" });
    expect(first).toMatchObject({ text: "I say one.", end: ["length", "max_budget"] });
    expect(countRequests()).toBe(1);
    const second = await chat([...work, assistant(first.text), user("Go on.")], { model: "cheap" });
    expect(second).toMatchObject({ text: "I say two.", placement: "hot", end: ["length", "max_budget"] });
  });

  test("of the request", async () => {
    const work = [user("Work.")];
    const dear = { ...run("one"), usage: { input_tokens: 100_000 } };
    const turn = (maxBudgetUsd: number) => {
      shared().upstream.respondWith([dear, text("Done.")]);
      return chat(work, { claude: { maxBudgetUsd } });
    };
    expect(await turn(0.01)).toMatchObject({ text: "I say one.", end: ["length", "max_budget"] });
    expect(await turn(100)).toMatchObject({ text: "I say one.\n\nDone.", end: ["stop", undefined] });
  });

  test("is told in a response", async () => {
    const { body } = await respond(shared(), "Work.", { model: "cheap" });
    expect(body).toMatchObject({ status: "incomplete", claude: { stop_reason: "max_budget" } });
  });
});

import type { ChatCompletionMessageParam } from "openai/resources";
import { expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { blocksOf } from "../../src/demo/messages-body.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { OTHER_API_KEY } from "./start-turnpike.ts";
import { askWithTools, resultsFor } from "./tool-chat.ts";

const MODEL = "sonnet/claude-haiku-4-5";
const ADAPTIVE_MODEL = "sonnet/claude-sonnet-4-6";
const FORCED = { tool_choice: { type: "function", function: { name: "get_weather" } } } as const;
const CALL = toolUse("get_weather", { city: "Bern" });
const THOUGHTFUL_CALL = reply({ blocks: [thinking("Hm.", { tag: "first" }), textBlock("I look."), CALL] });
const CALL_ALONE = reply({ blocks: [CALL] });

const shared = shareTurnpike();

/** Whether thinking is asked for, and whether the open round begins with thinking. */
function seen({ body }: RecordedRequest) {
  const round = body.messages.findLast(({ role }) => role === "assistant");
  const [first] = round ? blocksOf(round) : [];
  return { asks: body.thinking?.type, hasThought: first?.type === "thinking" };
}

/** A question and its answer, which calls, and the results for it. */
async function openRound(
  question: string,
  answer: typeof CALL_ALONE,
  options: Parameters<typeof askWithTools>[2],
): Promise<ChatCompletionMessageParam[]> {
  const { upstream } = shared();
  upstream.clear();
  upstream.respondWith([answer, text("Sunny."), text("You are welcome.")]);
  const { message } = await askWithTools(shared(), [user(question)], { model: MODEL, ...options });
  return [user(question), message, ...resultsFor(message, () => "Sun")];
}

test("a round that a forced tool began goes on without thinking, and the next question is thought about", async () => {
  const messages = await openRound("Forced?", CALL_ALONE, FORCED);
  const { message, placement } = await askWithTools(shared(), messages, { model: MODEL });
  await askWithTools(shared(), [...messages, message, user("Thanks.")], { model: MODEL });
  expect(placement).toBe("hot");
  expect(shared().upstream.requests.map((request) => seen(request).asks)).toEqual([
    "disabled",
    "disabled",
    "enabled",
  ]);
});

test("a round in a history that another service has thought about goes on without thinking", async () => {
  const { upstream } = shared();
  upstream.clear();
  upstream.respondWith(text("Sunny."));
  const call = {
    id: "call_0",
    type: "function" as const,
    function: { name: "get_weather", arguments: "{}" },
  };
  const { placement } = await askWithTools(
    shared(),
    [
      user("Elsewhere?"),
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "call_0", content: "Sun" },
    ],
    { model: MODEL, reasoning_effort: "high" },
  );
  expect(placement).toBe("imported");
  expect(upstream.requests.map(seen)).toEqual([{ asks: "disabled", hasThought: false }]);
});

test.each([
  ["an answer without a word", [{ role: "assistant", content: "" }]],
  ["two of them", [{ role: "assistant", content: " " }, user("And?"), { role: "assistant", content: null }]],
] as const)(
  "a round stays open where %s follows its results, since the API takes no such answer",
  async (_, silence) => {
    const { upstream } = shared();
    upstream.clear();
    upstream.respondWith(text("Sunny."));
    const call = {
      id: "call_0",
      type: "function" as const,
      function: { name: "get_weather", arguments: "{}" },
    };
    const { text: answer, placement } = await askWithTools(
      shared(),
      [
        user("Silent?"),
        { role: "assistant", content: "I look.", tool_calls: [call] },
        { role: "tool", tool_call_id: "call_0", content: "Sun" },
        ...silence,
        user(`What now? ${silence.length}`),
      ],
      { model: MODEL, reasoning_effort: "high" },
    );
    expect([answer, placement]).toEqual(["Sunny.", "imported"]);
    expect(upstream.requests.map(seen)).toEqual([{ asks: "disabled", hasThought: false }]);
  },
);

test("a round that began with thinking goes on with it, hot and resumed", async () => {
  const messages = await openRound("Thought about?", THOUGHTFUL_CALL, {});
  const hot = await askWithTools(shared(), messages, { model: MODEL });
  await shared().fetch(`/conversations/${hot.conversation}?mode=evict`, { method: "DELETE" });
  const again = await askWithTools(shared(), messages, { model: MODEL });
  expect([hot.placement, again.placement]).toEqual(["hot", "resumed"]);
  expect(shared().upstream.requests.slice(1).map(seen)).toEqual([
    { asks: "enabled", hasThought: true },
    { asks: "enabled", hasThought: true },
  ]);
});

test.each([
  ["a tool is forced", FORCED, { tool_choice: { type: "tool", name: "get_weather" } }],
  ["a temperature is given", { temperature: 0.2 }, { temperature: 0.2 }],
  ["no effort is wanted", { reasoning_effort: "none" }, {}],
  ["there is no room for thinking", { max_tokens: 100 }, { max_tokens: 100 }],
] as const)("a round that began with thinking goes on without any where %s", async (_, options, sent) => {
  const messages = await openRound(`Thought about, then ${JSON.stringify(options)}?`, THOUGHTFUL_CALL, {});
  const { text: answer } = await askWithTools(shared(), messages, { model: MODEL, ...options });
  const last = shared().upstream.requests.at(-1);
  expect(answer).toBe("Sunny.");
  expect(last?.body).toMatchObject(sent);
  expect(last && seen(last)).toEqual({ asks: "disabled", hasThought: false });
  expect(JSON.stringify(last?.body.messages)).toContain("Sun");
});

test("a model that can think adaptively does so where a budget would need a round that began with thinking", async () => {
  const messages = await openRound("With a budget?", CALL_ALONE, { model: ADAPTIVE_MODEL, ...FORCED });
  const response = await shared().post(
    { model: ADAPTIVE_MODEL, messages, thinking: { type: "enabled", budget_tokens: 2000 } },
    { authorization: `Bearer ${OTHER_API_KEY}` },
  );
  expect(response.status).toBe(200);
  expect(
    shared()
      .upstream.requests.map((request) => seen(request).asks)
      .at(-1),
  ).toBe("adaptive");
});

test.each([
  ["claude-sonnet-5-5", "claude-haiku-4-5"],
  ["claude-opus-5-5", "claude-sonnet-4-5"],
  ["claude-haiku-5-5", "claude-sonnet-4-6"],
])(
  "a round that %s began %s goes on with, by the chain and by reasoning that is sent back",
  async (first, second) => {
    const { upstream } = shared();
    const tools = [{ type: "function", name: "get_weather", parameters: { type: "object" }, strict: false }];
    const ask = async (body: object) => {
      const response = await shared().fetch("/v1/responses", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ tools, include: ["reasoning.encrypted_content"], ...body }),
      });
      const answer = await response.text();
      expect(response.status, answer).toBe(200);
      // Proof: a response.
      return JSON.parse(answer) as { id: string; output: { type: string; call_id?: string }[] };
    };
    upstream.clear();
    upstream.respondWith([THOUGHTFUL_CALL, text("Sunny."), text("Sunny still.")]);
    const begun = await ask({ model: `sonnet/${first}`, input: `${first} and ${second}` });
    const call = begun.output.find(({ type }) => type === "function_call");
    const result = { type: "function_call_output", call_id: call?.call_id, output: "Sun" };
    const model = `sonnet/${second}`;
    await ask({ model, previous_response_id: begun.id, input: [result] });
    const question = { role: "user", content: `${first} and ${second}` };
    await ask({ model, store: false, input: [question, ...begun.output, result] });
    expect(upstream.requests.flatMap(({ rejection }) => rejection ?? [])).toEqual([]);
    expect(upstream.requests).toHaveLength(3);
  },
);

test.each(["claude-fable-5-1", "claude-sonnet-5-5", "claude-opus-5-5"])(
  "an older model's thinking is left out where %s would check it and the instructions have changed",
  async (second) => {
    const { upstream } = shared();
    const ask = async (body: object) => {
      const response = await shared().fetch("/v1/responses", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ include: ["reasoning.encrypted_content"], ...body }),
      });
      const answer = await response.text();
      expect(response.status, answer).toBe(200);
      // Proof: a response.
      return JSON.parse(answer) as { id: string; output: object[] };
    };
    upstream.clear();
    upstream.respondWith([
      reply({ blocks: [thinking("Hm.", { tag: "first" }), textBlock("Bern.")] }),
      text("By chain."),
      text("Sent back."),
    ]);
    const question = { role: "user", content: `Which city? ${second}` };
    const begun = await ask({ model: "claude-sonnet-4-6", input: [question], instructions: "Be Ada." });
    const further = { model: second, instructions: "Be Bo." };
    const next = { role: "user", content: "And now?" };
    await ask({ ...further, previous_response_id: begun.id, input: [next] });
    await ask({ ...further, store: false, input: [question, ...begun.output, next] });
    expect(upstream.requests.flatMap(({ rejection }) => rejection ?? [])).toEqual([]);
    expect(upstream.requests).toHaveLength(3);
  },
);

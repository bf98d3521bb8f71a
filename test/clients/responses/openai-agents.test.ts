import {
  Agent,
  OpenAIConversationsSession,
  OpenAIProvider,
  OpenAIResponsesCompactionSession,
  Runner,
  tool,
  type AgentInputItem,
} from "@openai/agents";
import { describe, expect, onTestFinished, test } from "vitest";
import * as zod from "zod";

import { reply, text, textBlock, thinking, toolUse } from "../../../src/demo/build-reply.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { conversationOf, systemPromptOf } from "../../upstream/read-request.ts";
import { expectOneConversation } from "../expect-one-conversation.ts";
import { listConversations } from "../list-conversations.ts";
import { playRounds } from "../play-rounds.ts";
import { city, cityJson, citySchema } from "../structured-task.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { readWeather, weatherRounds, weatherSeen } from "../weather-task.ts";

// The session that compacts takes no model but OpenAI's.
const shared = shareTurnpike({ configFile: { models: { "gpt-5": "sonnet" } } });
startEachTestAfresh(shared);

const weatherTool = tool({
  name: "read_weather",
  description: "Tells the weather of a city",
  parameters: zod.object({ city: zod.string() }),
  execute: readWeather,
});

/** Its models speak Responses by default. Nothing of a run is reported to OpenAI. */
function createRunner(useResponsesWebSocket = false): Runner {
  const modelProvider = new OpenAIProvider({ openAIClient: shared().openai, useResponsesWebSocket });
  onTestFinished(() => modelProvider.close());
  return new Runner({ tracingDisabled: true, modelProvider });
}

function createAgent() {
  return new Agent({ name: "Weather", instructions: "Be brief.", model: "sonnet", tools: [weatherTool] });
}

describe.each([
  { way: "HTTP", useWebSocket: false },
  { way: "a WebSocket", useWebSocket: true },
])("over $way", ({ useWebSocket }) => {
  test("a run of several tool rounds in one conversation", async () => {
    const [first = [], ...others] = weatherRounds();
    shared().upstream.respondWith(
      playRounds([[thinking("Which city?"), ...first], ...others], "Rome is warmest."),
    );
    const result = await createRunner(useWebSocket).run(createAgent(), "How warm is it?");
    expect(result.finalOutput).toBe("Rome is warmest.");
    const { usage } = result.runContext;
    expect(usage.requests).toBe(4);
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(usage.totalTokens).toBe(usage.inputTokens + usage.outputTokens);
    const last = await shared().upstream.waitForRequest(4);
    expect(toolRoundsOf(last)).toEqual(weatherSeen());
    expect(systemPromptOf(last)).toContain("Be brief.");
    await expectOneConversation(shared(), 4);
  });

  test("a streamed run of several tool rounds in one conversation", async () => {
    shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    const runner = createRunner(useWebSocket);
    const result = await runner.run(createAgent(), "How warm is it?", { stream: true });
    let told = "";
    for await (const piece of result.toTextStream()) told += piece;
    await result.completed;
    expect(told).toBe("Let me look.Rome is warmest.");
    expect(result.finalOutput).toBe("Rome is warmest.");
    expect(toolRoundsOf(await shared().upstream.waitForRequest(4))).toEqual(weatherSeen());
    await expectOneConversation(shared(), 4);
  });
});

test("a second run goes on in the same conversation, by its history or by the response", async () => {
  shared().upstream.respondWith(playRounds(weatherRounds().slice(0, 2), "Rome is warmest."));
  const [agent, runner] = [createAgent(), createRunner()];
  const first = await runner.run(agent, "How warm is it?");
  shared().upstream.respondWith([text("By far."), text("I think so.")]);
  const second = await runner.run(agent, [...first.history, { role: "user", content: "Really?" }]);
  expect(second.finalOutput).toBe("By far.");
  const previousResponseId = second.lastResponseId;
  if (previousResponseId === undefined) throw new Error("The response has no id");
  const third = await runner.run(agent, "Sure?", { previousResponseId });
  expect(third.finalOutput).toBe("I think so.");
  expect(toolRoundsOf(await shared().upstream.waitForRequest(5))).toEqual(weatherSeen().slice(0, 2));
  await expectOneConversation(shared(), 5);
});

test("a handoff to another agent, which answers with an object", async () => {
  const cities = new Agent({
    name: "Cities",
    instructions: "Name a city.",
    model: "sonnet",
    outputType: citySchema,
  });
  const front = Agent.create({
    name: "Front",
    instructions: "Hand over.",
    model: "sonnet",
    handoffs: [cities],
  });
  shared().upstream.respondWith([
    reply({ blocks: [textBlock("I hand over."), toolUse("transfer_to_Cities", {})] }),
    text(cityJson),
  ]);
  const result = await createRunner().run(front, "Which city?");
  expect(result.finalOutput).toEqual(city);
  expect(result.lastAgent?.name).toBe("Cities");
  const last = await shared().upstream.waitForRequest(2);
  expect(toolRoundsOf(last)).toMatchObject([[{ name: "transfer_to_Cities", input: {} }]]);
  expect(systemPromptOf(last)).toContain("Name a city.");
  expect(JSON.stringify(last.body)).toContain('"districts"');
});

describe("sessions", () => {
  test("a conversation of the server keeps the history", async () => {
    const session = new OpenAIConversationsSession({ client: shared().openai });
    const runner = createRunner();
    shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    const first = await runner.run(createAgent(), "How warm is it?", { session });
    expect(first.finalOutput).toBe("Rome is warmest.");
    expect(rolesOf(await session.getItems())).toEqual([
      "user",
      "assistant",
      "function_call",
      "function_call_result",
      "function_call",
      "function_call",
      "function_call_result",
      "function_call_result",
      "function_call",
      "function_call_result",
      "assistant",
    ]);

    shared().upstream.respondWith(text("By far."));
    const second = await runner.run(createAgent(), "Really?", { session });
    expect(second.finalOutput).toBe("By far.");
    const last = await shared().upstream.waitForRequest(5);
    expect(toolRoundsOf(last)).toEqual(weatherSeen());
    expect(conversationOf(last).at(-1)).toEqual({ role: "user", content: "Really?" });
    // The client sends the items itself: the conversation of the server only keeps them.
    const placements = (await listConversations(shared())).map((each) => each.placements);
    expect(placements).toContainEqual([expect.any(String), "hot", "hot", "hot", "hot"]);

    expect(rolesOf(await session.getItems(2))).toEqual(["user", "assistant"]);
    await session.popItem();
    expect(rolesOf(await session.getItems(1))).toEqual(["user"]);
    await session.clearSession();
  });

  test("a run goes on in a conversation that the server fills itself", async () => {
    const { id } = await shared().openai.conversations.create();
    const runner = createRunner();
    shared().upstream.respondWith(playRounds(weatherRounds().slice(0, 1), "Quite warm."));
    await runner.run(createAgent(), "How warm is it?", { conversationId: id });
    shared().upstream.respondWith(text("By far."));
    const second = await runner.run(createAgent(), "Really?", { conversationId: id });
    expect(second.finalOutput).toBe("By far.");
    expect(toolRoundsOf(await shared().upstream.waitForRequest(3))).toEqual(weatherSeen().slice(0, 1));
    await expectOneConversation(shared(), 3);
  });

  test("a session that compacts itself", async () => {
    const session = new OpenAIResponsesCompactionSession({
      client: shared().openai,
      model: "gpt-5",
      shouldTriggerCompaction: () => false,
    });
    const runner = createRunner();
    shared().upstream.respondWith([text("Quite warm."), text("The weather was told."), text("By far.")]);
    await runner.run(createAgent(), "How warm is it?", { session });
    await session.runCompaction({ force: true });
    const second = await runner.run(createAgent(), "Really?", { session });
    expect(second.finalOutput).toBe("By far.");
  });
});

function rolesOf(items: readonly AgentInputItem[]): string[] {
  return items.map((item) => ("role" in item ? item.role : (item.type ?? "?")));
}

import { Agent, OpenAIChatCompletionsModel, Runner, tool } from "@openai/agents";
import { expect, test } from "vitest";
import * as zod from "zod";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { systemPromptOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../integration/start-each-test-afresh.ts";
import { expectOneConversation } from "./expect-one-conversation.ts";
import { playRounds } from "./play-rounds.ts";
import { city, cityJson, citySchema } from "./structured-task.ts";
import { toolRoundsOf } from "./tool-rounds.ts";
import { readWeather, weatherRounds, weatherSeen } from "./weather-task.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

// Nothing of a run is reported to OpenAI.
const runner = new Runner({ tracingDisabled: true });

const weatherTool = tool({
  name: "read_weather",
  description: "Tells the weather of a city",
  parameters: zod.object({ city: zod.string() }),
  execute: readWeather,
});

const createModel = () => new OpenAIChatCompletionsModel(shared().openai, "sonnet");

function createAgent() {
  return new Agent({
    name: "Weather",
    instructions: "Be brief.",
    model: createModel(),
    tools: [weatherTool],
  });
}

test("a run of several tool rounds in one conversation", async () => {
  shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
  const result = await runner.run(createAgent(), "How warm is it?");
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
  const result = await runner.run(createAgent(), "How warm is it?", { stream: true });
  let told = "";
  for await (const piece of result.toTextStream()) told += piece;
  await result.completed;
  expect(told).toBe("Let me look.Rome is warmest.");
  expect(result.finalOutput).toBe("Rome is warmest.");
  expect(toolRoundsOf(await shared().upstream.waitForRequest(4))).toEqual(weatherSeen());
  await expectOneConversation(shared(), 4);
});

test("a second run goes on in the same conversation", async () => {
  shared().upstream.respondWith(playRounds(weatherRounds().slice(0, 2), "Rome is warmest."));
  const agent = createAgent();
  const first = await runner.run(agent, "How warm is it?");
  shared().upstream.respondWith(text("By far."));
  const second = await runner.run(agent, [...first.history, { role: "user", content: "Really?" }]);
  expect(second.finalOutput).toBe("By far.");
  expect(toolRoundsOf(await shared().upstream.waitForRequest(4))).toEqual(weatherSeen().slice(0, 2));
  await expectOneConversation(shared(), 4);
});

test("a handoff to another agent", async () => {
  const cities = new Agent({
    name: "Cities",
    instructions: "Name a city.",
    model: createModel(),
    outputType: citySchema,
  });
  const front = Agent.create({
    name: "Front",
    instructions: "Hand over.",
    model: createModel(),
    handoffs: [cities],
  });
  shared().upstream.respondWith([reply({ blocks: [toolUse("transfer_to_Cities", {})] }), text(cityJson)]);
  const result = await runner.run(front, "Which city?");
  expect(result.finalOutput).toEqual(city);
  expect(result.lastAgent?.name).toBe("Cities");
  const last = await shared().upstream.waitForRequest(2);
  expect(toolRoundsOf(last)).toMatchObject([[{ name: "transfer_to_Cities", input: {} }]]);
  expect(systemPromptOf(last)).toContain("Name a city.");
});

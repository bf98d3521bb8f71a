import { HumanMessage, SystemMessage, type BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { expect, test } from "vitest";
import * as zod from "zod";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../integration/start-each-test-afresh.ts";
import { API_KEY } from "../integration/start-turnpike.ts";
import { expectOneConversation } from "./expect-one-conversation.ts";
import { playRounds } from "./play-rounds.ts";
import { city, cityJson, citySchema } from "./structured-task.ts";
import { toolRoundsOf } from "./tool-rounds.ts";
import { readWeather, weatherRounds, weatherSeen } from "./weather-task.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const weatherTool = tool(readWeather, {
  name: "read_weather",
  description: "Tells the weather of a city",
  schema: zod.object({ city: zod.string() }),
});

const usageSchema = zod.object({
  input_tokens: zod.number(),
  output_tokens: zod.number(),
  total_tokens: zod.number(),
});

/** The package's own type of it is `never` for this compiler. */
function usageOf(message: { readonly usage_metadata?: unknown }) {
  return usageSchema.parse(message.usage_metadata);
}

function createModel(): ChatOpenAI {
  return new ChatOpenAI({
    model: "sonnet",
    apiKey: API_KEY,
    maxRetries: 0,
    configuration: { baseURL: `${shared().url}/v1` },
  });
}

test("invoke, with usage metadata", async () => {
  shared().upstream.respondWith(text("Quite warm."));
  const answer = await createModel().invoke([
    new SystemMessage("Be brief."),
    new HumanMessage("How warm is it?"),
  ]);
  expect(answer.text).toBe("Quite warm.");
  expect(answer.response_metadata["finish_reason"]).toBe("stop");
  const usage = usageOf(answer);
  expect(usage.input_tokens).toBeGreaterThan(0);
  expect(usage.output_tokens).toBeGreaterThan(0);
  expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens);
  const request = await shared().upstream.waitForRequest(1);
  expect(conversationOf(request)).toEqual([{ role: "user", content: "How warm is it?" }]);
  expect(systemPromptOf(request)).toContain("Be brief.");
});

test("stream, with usage metadata at its end", async () => {
  shared().upstream.respondWith(text("Quite warm, for the time of the year."));
  const chunks = await Array.fromAsync(await createModel().stream("How warm is it?"));
  expect(chunks.map((chunk) => chunk.text).join("")).toBe("Quite warm, for the time of the year.");
  expect(chunks.filter((chunk) => chunk.text !== "").length).toBeGreaterThan(1);
  const whole = chunks.reduce((left, right) => left.concat(right));
  expect(usageOf(whole).output_tokens).toBeGreaterThan(0);
  expect(whole.response_metadata["finish_reason"]).toBe("stop");
});

test.each(["invoke", "stream"] as const)("bindTools: rounds by %s in one process", async (way) => {
  shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
  const model = createModel().bindTools([weatherTool]);
  const messages: BaseMessage[] = [new HumanMessage("How warm is it?")];
  let answer = "";
  for (let round = 1; round <= 4; round += 1) {
    const message =
      way === "invoke"
        ? await model.invoke(messages)
        : (await Array.fromAsync(await model.stream(messages))).reduce((left, right) => left.concat(right));
    messages.push(message);
    answer = message.text;
    for (const call of message.tool_calls ?? [])
      messages.push(await weatherTool.invoke({ ...call, type: "tool_call" }));
  }
  expect(answer).toBe("Rome is warmest.");
  expect(toolRoundsOf(await shared().upstream.waitForRequest(4))).toEqual(weatherSeen());
  await expectOneConversation(shared(), 4);
});

test("withStructuredOutput by JSON Schema", async () => {
  shared().upstream.respondWith(text(cityJson));
  const model = createModel().withStructuredOutput(citySchema, { name: "city", method: "jsonSchema" });
  expect(await model.invoke("Which city?")).toEqual(city);
  expect(JSON.stringify(shared().upstream.requests.at(-1)?.body)).toContain('"districts"');
});

test("withStructuredOutput by JSON mode", async () => {
  shared().upstream.respondWith(text(cityJson));
  const model = createModel().withStructuredOutput(citySchema, { name: "city", method: "jsonMode" });
  expect(await model.invoke("Which city, as JSON?")).toEqual(city);
});

test("withStructuredOutput by a forced tool", async () => {
  shared().upstream.respondWith(reply({ blocks: [toolUse("city", city)] }));
  const model = createModel().withStructuredOutput(citySchema, { name: "city", method: "functionCalling" });
  expect(await model.invoke("Which city?")).toEqual(city);
  // Today's models cannot be forced; they are told.
  expect(shared().upstream.requests.at(-1)?.body["tool_choice"]).toMatchObject({ type: "auto" });
});

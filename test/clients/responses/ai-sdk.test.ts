import { createOpenAI, type OpenAILanguageModelResponsesOptions } from "@ai-sdk/openai";
import { generateObject, generateText, Output, stepCountIs, streamObject, streamText, tool } from "ai";
import { describe, expect, test } from "vitest";
import * as zod from "zod";

import { reply, text, textBlock, thinking } from "../../../src/demo/build-reply.ts";
import { blocksOf } from "../../../src/demo/messages-body.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { API_KEY } from "../../integration/start-turnpike.ts";
import { systemPromptOf } from "../../upstream/read-request.ts";
import { expectOneConversation } from "../expect-one-conversation.ts";
import { playRounds } from "../play-rounds.ts";
import { city, cityJson, citySchema } from "../structured-task.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { readWeather, weatherRounds, weatherSeen } from "../weather-task.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const weatherInput = zod.object({ city: zod.string() });

const tools = {
  read_weather: tool({
    description: "Tells the weather of a city",
    inputSchema: weatherInput,
    execute: readWeather,
  }),
};

/** What is stored it names by its ids; what is not it sends back whole, its reasoning sealed. */
const ways = {
  stored: {},
  "not stored": {
    store: false,
    include: ["reasoning.encrypted_content"],
    reasoningSummary: "auto",
    // It knows only OpenAI's own models to think.
    forceReasoning: true,
  },
} as const satisfies Record<string, OpenAILanguageModelResponsesOptions>;

describe.each(Object.entries(ways))("%s", (_, openai) => {
  const settings = () => ({
    model: createOpenAI({ baseURL: `${shared().url}/v1`, apiKey: API_KEY })("sonnet"),
    maxRetries: 0,
    prompt: "How warm is it?",
    providerOptions: { openai },
  });

  test("generateText", async () => {
    shared().upstream.respondWith(text("Quite warm."));
    const result = await generateText({ ...settings(), instructions: "Be brief." });
    expect(result.text).toBe("Quite warm.");
    expect(result.finishReason).toBe("stop");
    expect(result.warnings ?? []).toEqual([]);
    expect(result.usage.inputTokens).toBeGreaterThan(0);
    expect(result.usage.outputTokens).toBeGreaterThan(0);
    expect(systemPromptOf(await shared().upstream.waitForRequest(1))).toContain("Be brief.");
  });

  test("streamText", async () => {
    shared().upstream.respondWith(text("Quite warm, for the time of the year."));
    const result = streamText(settings());
    const pieces = await Array.fromAsync(result.textStream);
    expect(pieces.join("")).toBe("Quite warm, for the time of the year.");
    expect(pieces.length).toBeGreaterThan(1);
    expect(await result.finishReason).toBe("stop");
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  test("generateText with tools takes several steps in one conversation", async () => {
    shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    const result = await generateText({ ...settings(), tools, stopWhen: stepCountIs(6) });
    expect(result.text).toBe("Rome is warmest.");
    expect(result.steps.map((step) => step.toolResults.length)).toEqual([1, 2, 1, 0]);
    expect(toolRoundsOf(await shared().upstream.waitForRequest(4))).toEqual(weatherSeen());
    await expectOneConversation(shared(), 4);
  });

  test("streamText with tools takes several steps in one conversation", async () => {
    shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    const result = streamText({ ...settings(), tools, stopWhen: stepCountIs(6) });
    const parts = await Array.fromAsync(result.stream);
    expect(await result.finalStep.then((step) => step.text)).toBe("Rome is warmest.");
    const types = new Set(parts.map((part) => part.type));
    expect(types).toContain("tool-input-start");
    expect(types).toContain("tool-input-delta");
    expect(types).not.toContain("error");
    expect(toolRoundsOf(await shared().upstream.waitForRequest(4))).toEqual(weatherSeen());
    await expectOneConversation(shared(), 4);
  });

  test("thinking before a call stays with the model", async () => {
    const [first = [], ...others] = weatherRounds();
    shared().upstream.respondWith(
      playRounds([[thinking("Which city?"), ...first], ...others], "Rome is warmest."),
    );
    const result = await generateText({ ...settings(), tools, stopWhen: stepCountIs(6) });
    expect(result.text).toBe("Rome is warmest.");
    const last = await shared().upstream.waitForRequest(4);
    const thoughts = last.body.messages.flatMap(blocksOf).filter(({ type }) => type === "thinking");
    expect(thoughts).toMatchObject([{ thinking: "Which city?" }]);
    await expectOneConversation(shared(), 4);
  });

  test("generateObject", async () => {
    shared().upstream.respondWith(text(cityJson));
    const result = await generateObject({ ...settings(), schema: citySchema });
    expect(result.object).toEqual(city);
    expect(result.finishReason).toBe("stop");
    expect(JSON.stringify(shared().upstream.requests.at(-1)?.body)).toContain('"districts"');
  });

  test("streamObject", async () => {
    shared().upstream.respondWith(text(cityJson));
    const result = streamObject({ ...settings(), schema: citySchema });
    const partial = await Array.fromAsync(result.partialObjectStream);
    expect(partial.at(-1)).toEqual(city);
  });

  test("an object after a round of tools", async () => {
    shared().upstream.respondWith(playRounds(weatherRounds().slice(0, 1), cityJson));
    const output = Output.object({ schema: citySchema });
    const result = await generateText({ ...settings(), tools, output, stopWhen: stepCountIs(3) });
    expect(result.output).toEqual(city);
    expect(toolRoundsOf(await shared().upstream.waitForRequest(2))).toEqual(weatherSeen().slice(0, 1));
    await expectOneConversation(shared(), 2);
  });
});

test("a stream shows the summary of the thinking", async () => {
  shared().upstream.respondWith(reply({ blocks: [thinking("It is noon."), textBlock("Quite warm.")] }));
  const result = streamText({
    model: createOpenAI({ baseURL: `${shared().url}/v1`, apiKey: API_KEY }).responses("sonnet"),
    maxRetries: 0,
    prompt: "How warm is it?",
    providerOptions: { openai: { reasoningSummary: "auto", forceReasoning: true } },
  });
  expect(await result.text).toBe("Quite warm.");
  expect(await result.reasoningText).toBe("It is noon.");
});

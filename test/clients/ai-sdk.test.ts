import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, Output, stepCountIs, streamObject, streamText, tool } from "ai";
import { describe, expect, test } from "vitest";
import * as zod from "zod";

import { text } from "../../src/demo/build-reply.ts";
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

const providers = {
  "@ai-sdk/openai-compatible": () =>
    createOpenAICompatible({
      name: "turnpike",
      baseURL: `${shared().url}/v1`,
      apiKey: API_KEY,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })("sonnet"),
  "@ai-sdk/openai": () => createOpenAI({ baseURL: `${shared().url}/v1`, apiKey: API_KEY }).chat("sonnet"),
};

const weatherInput = zod.object({ city: zod.string() });

const tools = {
  read_weather: tool({
    description: "Tells the weather of a city",
    inputSchema: weatherInput,
    execute: readWeather,
  }),
};

describe.each(Object.entries(providers))("%s", (_, createModel) => {
  const settings = () => ({ model: createModel(), maxRetries: 0, prompt: "How warm is it?" });

  test("generateText", async () => {
    shared().upstream.respondWith(text("Quite warm."));
    const result = await generateText({ ...settings(), instructions: "Be brief." });
    expect(result.text).toBe("Quite warm.");
    expect(result.finishReason).toBe("stop");
    expect(result.usage.inputTokens).toBeGreaterThan(0);
    expect(result.usage.outputTokens).toBeGreaterThan(0);
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
    expect(result.steps.map((step) => step.finishReason)).toEqual([
      "tool-calls",
      "tool-calls",
      "tool-calls",
      "stop",
    ]);
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
    expect(parts.filter((part) => part.type === "tool-result").map((part) => part.output)).toEqual(
      weatherSeen().flatMap((round) => round.map(({ output }) => output)),
    );
    expect(toolRoundsOf(await shared().upstream.waitForRequest(4))).toEqual(weatherSeen());
    await expectOneConversation(shared(), 4);
  });

  test("a forced tool", async () => {
    shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    const result = await generateText({
      ...settings(),
      tools: { read_weather: tool({ inputSchema: weatherInput }) },
      toolChoice: "required",
    });
    expect(result.toolCalls).toMatchObject([{ toolName: "read_weather", input: { city: "Łódź" } }]);
    // Today's models cannot be forced; they are told.
    expect(shared().upstream.requests.at(-1)?.body["tool_choice"]).toEqual({ type: "auto" });
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
    expect(await result.object).toEqual(city);
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

import { Anthropic, APIUserAbortError, AuthenticationError, NotFoundError } from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { describe, expect, test } from "vitest";
import * as zod from "zod";

import { reply, text, thinking, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../integration/start-each-test-afresh.ts";
import { API_KEY } from "../integration/start-turnpike.ts";
import { expectOneConversation } from "./expect-one-conversation.ts";
import { playRounds } from "./play-rounds.ts";
import { toolRoundsOf } from "./tool-rounds.ts";
import { readWeather, weatherRounds, weatherSeen } from "./weather-task.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const createClient = (apiKey = API_KEY) =>
  new Anthropic({ baseURL: shared().url, apiKey, authToken: null, maxRetries: 0 });

const request = {
  model: "sonnet",
  max_tokens: 2000,
  messages: [{ role: "user" as const, content: "How warm is it?" }],
};

describe("text", () => {
  test("create", async () => {
    shared().upstream.respondWith(text("Quite warm."));
    const message = await createClient().messages.create({ ...request, system: "Be brief." });
    expect(message).toMatchObject({
      type: "message",
      role: "assistant",
      model: "sonnet",
      content: [{ type: "text", text: "Quite warm." }],
      stop_reason: "end_turn",
      stop_sequence: null,
    });
    expect(message.usage.input_tokens).toBeGreaterThan(0);
    expect(message.usage.output_tokens).toBeGreaterThan(0);
    const seen = await shared().upstream.waitForRequest(1);
    expect(conversationOf(seen)).toEqual(request.messages);
    expect(systemPromptOf(seen)).toContain("Be brief.");
    expect(seen.body.max_tokens).toBe(2000);
  });

  test("the stream helper gathers thinking and text", async () => {
    shared().upstream.respondWith(
      reply({ blocks: [thinking("It is noon."), textBlock("Quite warm, for the time of the year.")] }),
    );
    const stream = createClient().messages.stream({ ...request, thinking: { type: "adaptive" } });
    let told = "";
    stream.on("text", (delta) => (told += delta));
    const message = await stream.finalMessage();
    expect(told).toBe("Quite warm, for the time of the year.");
    expect(message.content).toMatchObject([
      { type: "thinking", thinking: "It is noon." },
      { type: "text", text: told },
    ]);
    expect(message.stop_reason).toBe("end_turn");
    expect(message.usage.output_tokens).toBeGreaterThan(0);
  });

  test("abort ends the request at the model", async () => {
    const gate = new Gate();
    shared().upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Quite ", gate, "warm."] })] }));
    const stream = createClient().messages.stream(request);
    stream.on("text", () => stream.abort());
    await expect(stream.done()).rejects.toThrow(APIUserAbortError);
    const seen = await shared().upstream.waitForRequest(1);
    expect((await seen.ended).type).toBe("aborted");
  });

  test("countTokens", async () => {
    const { max_tokens: _, ...countable } = request;
    const { input_tokens } = await createClient().messages.countTokens(countable);
    expect(input_tokens).toBeGreaterThan(0);
  });

  test("errors are of the client's own classes", async () => {
    await expect(createClient("wrong").messages.create(request)).rejects.toThrow(AuthenticationError);
    const unknown = createClient().messages.create({ ...request, model: "nobody" });
    await expect(unknown).rejects.toThrow(NotFoundError);
  });
});

describe("tools", () => {
  const weatherTool = betaZodTool({
    name: "read_weather",
    description: "Tells the weather of a city",
    inputSchema: zod.object({ city: zod.string() }),
    run: readWeather,
  });

  test("create tells calls in native blocks", async () => {
    shared().upstream.respondWith(
      reply({ blocks: [textBlock("Let me look."), toolUse("read_weather", { city: "Łódź" })] }),
    );
    const message = await createClient().messages.create({
      ...request,
      tools: [
        {
          name: "read_weather",
          description: "Tells the weather of a city",
          input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        },
      ],
    });
    expect(message.stop_reason).toBe("tool_use");
    expect(message.content).toMatchObject([
      { type: "text", text: "Let me look." },
      { type: "tool_use", id: expect.any(String), name: "read_weather", input: { city: "Łódź" } },
    ]);
  });

  test.each([false, true])(
    "the tool runner plays several rounds in one process, streaming: %s",
    async (stream) => {
      shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
      const runner = createClient().beta.messages.toolRunner({ ...request, tools: [weatherTool], stream });
      const message = await runner.runUntilDone();
      expect(message.content).toMatchObject([{ type: "text", text: "Rome is warmest." }]);
      expect(message.stop_reason).toBe("end_turn");
      expect(toolRoundsOf(await shared().upstream.waitForRequest(4))).toEqual(weatherSeen());
      await expectOneConversation(shared(), 4);
    },
  );
});

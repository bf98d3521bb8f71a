import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { describe, expect, test } from "vitest";
import * as zod from "zod";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../integration/start-each-test-afresh.ts";
import { systemPromptOf, toolNamesOf } from "../upstream/read-request.ts";
import { expectOneConversation } from "./expect-one-conversation.ts";
import { listConversations } from "./list-conversations.ts";
import { playRounds } from "./play-rounds.ts";
import { city, cityJson, citySchema } from "./structured-task.ts";
import { toolRoundsOf } from "./tool-rounds.ts";
import { readWeather, weatherRounds, weatherSeen } from "./weather-task.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const model = "sonnet";
const question = { role: "user" as const, content: "How warm is it?" };

describe("text", () => {
  test("create", async () => {
    shared().upstream.respondWith(text("Quite warm."));
    const completion = await shared().openai.chat.completions.create({ model, messages: [question] });
    expect(completion).toMatchObject({
      object: "chat.completion",
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Quite warm." } }],
    });
    const { usage } = completion;
    expect(usage?.prompt_tokens).toBeGreaterThan(0);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  });

  test("create as a stream, with usage at its end", async () => {
    shared().upstream.respondWith(text("Quite warm, for the time of the year."));
    const stream = await shared().openai.chat.completions.create({
      model,
      messages: [question],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    const contents = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "");
    expect(contents.join("")).toBe("Quite warm, for the time of the year.");
    expect(contents.filter((content) => content !== "").length).toBeGreaterThan(1);
    expect(chunks.flatMap(({ choices }) => choices.map((choice) => choice.finish_reason)).at(-1)).toBe(
      "stop",
    );
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
  });

  test("the stream helper tells each piece and gathers the whole", async () => {
    shared().upstream.respondWith(text("Quite warm, for the time of the year."));
    const stream = shared().openai.chat.completions.stream({ model, messages: [question] });
    const heard: string[] = [];
    let told = "";
    stream.on("content.delta", ({ delta, snapshot }) => {
      told += delta;
      expect(snapshot).toBe(told);
    });
    stream.on("content.done", ({ content }) => heard.push(`content: ${content}`));
    stream.on("finalChatCompletion", () => heard.push("whole"));
    stream.on("end", () => heard.push("end"));
    expect(await stream.finalContent()).toBe("Quite warm, for the time of the year.");
    await stream.done();
    expect(heard).toEqual(["content: Quite warm, for the time of the year.", "whole", "end"]);
    expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe("stop");
  });

  test("abort ends the request at the model", async () => {
    const gate = new Gate();
    shared().upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Quite ", gate, "warm."] })] }));
    const stream = await shared().openai.chat.completions.create({
      model,
      messages: [question],
      stream: true,
    });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content === "Quite ") stream.controller.abort();
    }
    const request = await shared().upstream.waitForRequest(1);
    expect((await request.ended).type).toBe("aborted");
  });
});

describe("tools", () => {
  test("create tells a call and its arguments", async () => {
    shared().upstream.respondWith(reply({ blocks: [toolUse("read_weather", { city: "Łódź" })] }));
    const completion = await shared().openai.chat.completions.create({
      model,
      messages: [question],
      tools: [
        {
          type: "function",
          function: {
            name: "read_weather",
            description: "Tells the weather of a city",
            parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
          },
        },
      ],
    });
    const [choice] = completion.choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    expect(choice?.message.tool_calls).toEqual([
      {
        id: expect.any(String),
        type: "function",
        function: { name: "read_weather", arguments: '{"city":"Łódź"}' },
      },
    ]);
    const request = shared().upstream.requests.at(-1);
    expect(request?.body.tools).toMatchObject([
      {
        name: "read_weather",
        description: "Tells the weather of a city",
        input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      },
    ]);
  });

  const weatherTool = {
    type: "function" as const,
    function: {
      name: "read_weather",
      description: "Tells the weather of a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      parse: (json: string) => zod.object({ city: zod.string() }).parse(JSON.parse(json)),
      function: readWeather,
    },
  };

  test("runTools plays several rounds, parallel calls among them, in one conversation", async () => {
    shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    const runner = shared().openai.chat.completions.runTools({
      model,
      messages: [question],
      tools: [weatherTool],
    });
    expect(await runner.finalContent()).toBe("Rome is warmest.");
    const finishReasons = runner.allChatCompletions().map(({ choices }) => choices[0]?.finish_reason);
    expect(finishReasons).toEqual(["tool_calls", "tool_calls", "tool_calls", "stop"]);
    const usage = await runner.totalUsage();
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);

    const last = await shared().upstream.waitForRequest(4);
    expect(toolRoundsOf(last)).toEqual(weatherSeen());
    await expectOneConversation(shared(), 4);
  });

  test("runTools as a stream puts arguments together from their pieces", async () => {
    shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    const runner = shared().openai.chat.completions.runTools({
      model,
      messages: [question],
      tools: [weatherTool],
      stream: true,
    });
    const results: string[] = [];
    const pieces: string[] = [];
    runner.on("functionToolCallResult", (result) => results.push(result));
    runner.on("tool_calls.function.arguments.delta", ({ arguments_delta }) => pieces.push(arguments_delta));
    expect(await runner.finalContent()).toBe("Rome is warmest.");
    expect(results).toEqual(weatherSeen().flatMap((round) => round.map(({ output }) => output)));
    expect(pieces.length).toBeGreaterThan(weatherSeen().flat().length);

    const last = await shared().upstream.waitForRequest(4);
    expect(toolRoundsOf(last)).toEqual(weatherSeen());
    await expectOneConversation(shared(), 4);
  });

  test("runTools goes on when its session ends before each of its results come", async () => {
    const { upstream, fetch, openai } = shared();
    upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    const endSession = async ({ city: name }: { city: string }) => {
      // Two calls at once end it twice.
      await fetch("/conversations/weather?mode=evict", { method: "DELETE" });
      return readWeather({ city: name });
    };
    const runner = openai.chat.completions.runTools(
      {
        model,
        messages: [{ role: "system", content: "Be brief." }, question],
        tools: [{ ...weatherTool, function: { ...weatherTool.function, function: endSession } }],
      },
      { headers: { "x-conversation-id": "weather" } },
    );
    expect(await runner.finalContent()).toBe("Rome is warmest.");
    const [conversation] = (await listConversations(shared())).slice(-1);
    expect(conversation?.placements.slice(1)).toEqual(["resumed", "resumed", "resumed"]);
    expect(toolRoundsOf(await upstream.waitForRequest(4))).toEqual(weatherSeen());
    for (const request of upstream.requests) {
      expect(systemPromptOf(request)).toBe("Be brief.");
      expect(toolNamesOf(request)).toEqual(["read_weather"]);
    }
  });

  test("a strict tool's arguments are parsed", async () => {
    shared().upstream.respondWith(reply({ blocks: [toolUse("save_city", city)] }));
    const completion = await shared().openai.chat.completions.parse({
      model,
      messages: [question],
      tools: [zodFunction({ name: "save_city", parameters: citySchema })],
      tool_choice: { type: "function", function: { name: "save_city" } },
    });
    const [call] = completion.choices[0]?.message.tool_calls ?? [];
    expect(call).toMatchObject({ type: "function", function: { name: "save_city", parsed_arguments: city } });
    // Today's models cannot be forced; they are told.
    expect(shared().upstream.requests.at(-1)?.body["tool_choice"]).toMatchObject({ type: "auto" });
  });
});

describe("structured output", () => {
  const request = {
    model,
    messages: [question],
    response_format: zodResponseFormat(citySchema, "city"),
  };

  test("parse gives the object", async () => {
    shared().upstream.respondWith(text(cityJson));
    const completion = await shared().openai.chat.completions.parse(request);
    expect(completion.choices[0]?.message.parsed).toEqual(city);
    expect(completion.choices[0]?.finish_reason).toBe("stop");
    expect(JSON.stringify(shared().upstream.requests.at(-1)?.body)).toContain('"districts"');
  });

  test("the stream helper gives the object", async () => {
    shared().upstream.respondWith(text(cityJson));
    const stream = shared().openai.chat.completions.stream(request);
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]?.message.parsed).toEqual(city);
  });
});

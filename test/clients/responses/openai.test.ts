import { APIUserAbortError, AuthenticationError, NotFoundError, type OpenAI } from "openai";
import { zodResponsesFunction, zodTextFormat } from "openai/helpers/zod";
import { describe, expect, test } from "vitest";
import * as zod from "zod";

import { reply, text, textBlock, thinking, toolUse } from "../../../src/demo/build-reply.ts";
import { Gate } from "../../../src/demo/gate.ts";
import { imageBlock, pngOf } from "../../engine/media-fixtures.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { conversationOf, systemPromptOf } from "../../upstream/read-request.ts";
import { expectOneConversation } from "../expect-one-conversation.ts";
import { playRounds } from "../play-rounds.ts";
import { city, cityJson, citySchema } from "../structured-task.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { readWeather, weatherRounds, weatherSeen } from "../weather-task.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const model = "sonnet";
const input = "How warm is it?";

const weatherInput = zod.object({ city: zod.string() });
const weatherTool = zodResponsesFunction({
  name: "read_weather",
  description: "Tells the weather of a city",
  parameters: weatherInput,
});

describe("text", () => {
  test("create", async () => {
    shared().upstream.respondWith(text("Quite warm."));
    const response = await shared().openai.responses.create({ model, input, instructions: "Be brief." });
    expect(response.output_text).toBe("Quite warm.");
    expect(response).toMatchObject({
      object: "response",
      status: "completed",
      model: "sonnet",
      instructions: "Be brief.",
      error: null,
      incomplete_details: null,
      output: [{ type: "message", role: "assistant", status: "completed" }],
    });
    const { usage } = response;
    expect(usage?.input_tokens).toBeGreaterThan(0);
    expect(usage?.output_tokens).toBeGreaterThan(0);
    expect(usage?.total_tokens).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
    const seen = await shared().upstream.waitForRequest(1);
    expect(conversationOf(seen)).toEqual([{ role: "user", content: input }]);
    expect(systemPromptOf(seen)).toContain("Be brief.");
  });

  test("the stream helper tells each piece and gathers the whole", async () => {
    shared().upstream.respondWith(
      reply({ blocks: [thinking("It is noon."), textBlock("Quite warm, for the time of the year.")] }),
    );
    const stream = shared().openai.responses.stream({ model, input, reasoning: { summary: "auto" } });
    const heard: string[] = [];
    let told = "";
    stream.on("response.created", () => heard.push("created"));
    stream.on("response.output_text.delta", ({ delta, snapshot }) => {
      told += delta;
      expect(snapshot).toBe(told);
    });
    stream.on("response.output_text.done", ({ text: whole }) => heard.push(whole));
    stream.on("response.completed", () => heard.push("completed"));
    const response = await stream.finalResponse();
    expect(told).toBe("Quite warm, for the time of the year.");
    expect(heard).toEqual(["created", told, "completed"]);
    expect(response.output_text).toBe(told);
    expect(response.output).toMatchObject([
      { type: "reasoning", summary: [{ type: "summary_text", text: "It is noon." }] },
      { type: "message", content: [{ type: "output_text", text: told }] },
    ]);
  });

  test("a plain stream ends with what retrieve gives", async () => {
    shared().upstream.respondWith(text("Quite warm, for the time of the year."));
    const { openai } = shared();
    const events = await Array.fromAsync(await openai.responses.create({ model, input, stream: true }));
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.map(({ type }) => type).slice(0, 2)).toEqual(["response.created", "response.in_progress"]);
    const last = events.at(-1);
    if (last?.type !== "response.completed") throw new Error(`It ended with ${last?.type}`);
    const { output_text: _convenience, ...kept } = await openai.responses.retrieve(last.response.id);
    expect(kept).toEqual(last.response);
  });

  test("an image comes to the model", async () => {
    shared().upstream.respondWith(text("A grey square."));
    const data = pngOf(3, 2);
    const response = await shared().openai.responses.create({
      model,
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "What is it?" },
            { type: "input_image", image_url: `data:image/png;base64,${data}`, detail: "auto" },
          ],
        },
      ],
    });
    expect(response.output_text).toBe("A grey square.");
    expect(conversationOf(await shared().upstream.waitForRequest(1))).toEqual([
      { role: "user", content: [{ type: "text", text: "What is it?" }, imageBlock(data)] },
    ]);
  });

  test("max_output_tokens leaves it incomplete", async () => {
    shared().upstream.respondWith(reply({ blocks: [textBlock("Quite")], stopReason: "max_tokens" }));
    const response = await shared().openai.responses.create({ model, input, max_output_tokens: 16 });
    expect(response).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output_text: "Quite",
      max_output_tokens: 16,
    });
    expect((await shared().upstream.waitForRequest(1)).body.max_tokens).toBe(16);
  });

  test("abort ends the request at the model", async () => {
    const gate = new Gate();
    shared().upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Quite ", gate, "warm."] })] }));
    const stream = shared().openai.responses.stream({ model, input });
    stream.on("response.output_text.delta", () => stream.abort());
    await expect(stream.finalResponse()).rejects.toThrow(APIUserAbortError);
    const seen = await shared().upstream.waitForRequest(1);
    expect((await seen.ended).type).toBe("aborted");
  });

  test("errors are of the client's own classes", async () => {
    const wrong = shared().openaiFor("wrong").responses.create({ model, input });
    await expect(wrong).rejects.toThrow(AuthenticationError);
    const unknown = shared().openai.responses.create({ model: "nobody", input });
    await expect(unknown).rejects.toThrow(NotFoundError);
    const missing = shared().openai.responses.create({ model, input, previous_response_id: "resp_missing" });
    await expect(missing).rejects.toMatchObject({
      status: 400,
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
    expect(shared().upstream.requests).toEqual([]);
  });

  test("input tokens are counted", async () => {
    const count = await shared().openai.responses.inputTokens.count({ model, input });
    expect(count).toEqual({ object: "response.input_tokens", input_tokens: expect.any(Number) });
    expect(count.input_tokens).toBeGreaterThan(0);
  });
});

describe("tools", () => {
  test("rounds by previous_response_id are one conversation", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    let response = await openai.responses.create({ model, input, tools: [weatherTool] });
    const told: string[] = [];
    for (let round = 1; round <= 3; round += 1) {
      told.push(response.output_text);
      const calls = response.output.filter((item) => item.type === "function_call");
      response = await openai.responses.create({
        model,
        tools: [weatherTool],
        previous_response_id: response.id,
        input: calls.map(({ call_id, arguments: given }) => ({
          type: "function_call_output" as const,
          call_id,
          output: readWeather(weatherInput.parse(JSON.parse(given))),
        })),
      });
    }
    expect(told).toEqual(["Let me look.", "", ""]);
    expect(response.output_text).toBe("Rome is warmest.");
    expect(toolRoundsOf(await upstream.waitForRequest(4))).toEqual(weatherSeen());
    await expectOneConversation(shared(), 4);
  });

  test("rounds of a client that keeps the items itself are one conversation", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
    const items: OpenAI.Responses.ResponseInput = [{ role: "user", content: input }];
    let told = "";
    for (let round = 1; round <= 4; round += 1) {
      const stream = openai.responses.stream({
        model,
        input: [...items],
        tools: [weatherTool],
        store: false,
        include: ["reasoning.encrypted_content"],
      });
      const response = await stream.finalResponse();
      told = response.output_text;
      // Proof: what a response gave may be sent back.
      items.push(...(response.output as OpenAI.Responses.ResponseInputItem[]));
      for (const item of response.output) {
        if (item.type !== "function_call") continue;
        const output = readWeather(weatherInput.parse(JSON.parse(item.arguments)));
        items.push({ type: "function_call_output", call_id: item.call_id, output });
      }
    }
    expect(told).toBe("Rome is warmest.");
    expect(toolRoundsOf(await upstream.waitForRequest(4))).toEqual(weatherSeen());
    await expectOneConversation(shared(), 4);
  });

  test("arguments stream and add up", async () => {
    shared().upstream.respondWith(reply({ blocks: [toolUse("save_city", city, { chunkSize: 5 })] }));
    const tool = zodResponsesFunction({ name: "save_city", parameters: citySchema });
    const stream = shared().openai.responses.stream({
      model,
      input,
      tools: [tool],
      tool_choice: { type: "function", name: "save_city" },
    });
    let told = "";
    stream.on("response.function_call_arguments.delta", ({ delta, snapshot }) => {
      told += delta;
      expect(snapshot).toBe(told);
    });
    const response = await stream.finalResponse();
    expect(JSON.parse(told)).toEqual(city);
    const [call] = response.output;
    expect(call).toMatchObject({
      type: "function_call",
      name: "save_city",
      arguments: told,
      status: "completed",
    });
    expect(call).toMatchObject({ parsed_arguments: city });
    // Today's models cannot be forced; they are told.
    expect(shared().upstream.requests.at(-1)?.body["tool_choice"]).toMatchObject({ type: "auto" });
  });

  test("a custom tool takes free text", async () => {
    const { openai, upstream } = shared();
    const code = 'print("one")\nprint("two")';
    upstream.respondWith(playRounds([[toolUse("run_code", { input: code })]], "Done."));
    const tools: OpenAI.Responses.Tool[] = [{ type: "custom", name: "run_code", description: "Runs code" }];
    const first = await openai.responses.create({ model, input, tools });
    const [call] = first.output;
    expect(call).toMatchObject({ type: "custom_tool_call", name: "run_code", input: code });
    if (call?.type !== "custom_tool_call") throw new Error("No call");
    const second = await openai.responses.create({
      model,
      tools,
      previous_response_id: first.id,
      input: [{ type: "custom_tool_call_output", call_id: call.call_id, output: "one\ntwo" }],
    });
    expect(second.output_text).toBe("Done.");
    expect(toolRoundsOf(await upstream.waitForRequest(2))).toMatchObject([
      [{ name: "run_code", output: "one\ntwo" }],
    ]);
    await expectOneConversation(shared(), 2);
  });
});

describe("structured output", () => {
  const request = { model, input, text: { format: zodTextFormat(citySchema, "city") } };

  test("parse gives the object", async () => {
    shared().upstream.respondWith(text(cityJson));
    const response = await shared().openai.responses.parse(request);
    expect(response.output_parsed).toEqual(city);
    expect(JSON.stringify(shared().upstream.requests.at(-1)?.body)).toContain('"districts"');
  });

  test("the stream helper gives the object", async () => {
    shared().upstream.respondWith(text(cityJson));
    const response = await shared().openai.responses.stream(request).finalResponse();
    expect(response.output_parsed).toEqual(city);
  });
});

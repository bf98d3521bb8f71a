import { ResponsesWebSocketSession } from "openai/lib/responses/responses-websocket-session";
import type OpenAI from "openai";
import { ResponsesWS } from "openai/resources/responses/ws";
import { expect, onTestFinished, test } from "vitest";

import { reply, text, textBlock } from "../../../src/demo/build-reply.ts";
import { Gate } from "../../../src/demo/gate.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { conversationOf } from "../../upstream/read-request.ts";
import { expectOneConversation } from "../expect-one-conversation.ts";
import { playRounds } from "../play-rounds.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { readWeather, weatherRounds, weatherSeen } from "../weather-task.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const model = "sonnet";

const tools: OpenAI.Responses.Tool[] = [
  {
    type: "function",
    name: "read_weather",
    description: "Tells the weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    strict: false,
  },
];

async function connect() {
  const connection = new ResponsesWS(shared().openai);
  connection.on("error", () => {});
  const session = new ResponsesWebSocketSession(connection, {
    maxLanes: 4,
    maxBufferedEvents: 10_000,
    maxBufferedBytes: 10_000_000,
  });
  onTestFinished(() => {
    session.close();
    connection.close();
  });
  await new Promise<void>((resolve) => connection.socket.once("open", () => resolve()));
  return { connection, session };
}

test("two turns over one socket, nothing stored", async () => {
  shared().upstream.respondWith([text("Quite warm."), text("By far.")]);
  const lane = (await connect()).session.lane();
  lane.create({ model, input: "How warm is it?", store: false });
  const first = await lane.finalResponse();
  expect(first).toMatchObject({ status: "completed", output_text: "Quite warm.", store: false });
  lane.create({ model, input: "Really?", store: false, previous_response_id: first.id });
  const second = await lane.finalResponse();
  expect(second).toMatchObject({ output_text: "By far.", previous_response_id: first.id });
  expect(conversationOf(await shared().upstream.waitForRequest(2))).toMatchObject([
    { role: "user", content: "How warm is it?" },
    { role: "assistant", content: "Quite warm." },
    { role: "user", content: "Really?" },
  ]);
  await expectOneConversation(shared(), 2);
});

test("tool rounds over one socket are one conversation", async () => {
  shared().upstream.respondWith(playRounds(weatherRounds(), "Rome is warmest."));
  const lane = (await connect()).session.lane();
  lane.create({ model, tools, input: "How warm is it?", store: false });
  let response = await lane.finalResponse();
  for (let round = 1; round <= 3; round += 1) {
    const calls = response.output.filter((item) => item.type === "function_call");
    lane.create({
      model,
      tools,
      store: false,
      previous_response_id: response.id,
      input: calls.map(({ call_id, arguments: given }) => ({
        type: "function_call_output",
        call_id,
        // Proof: the script gives nothing else.
        output: readWeather(JSON.parse(given) as { city: string }),
      })),
    });
    response = await lane.finalResponse();
  }
  expect(response.output_text).toBe("Rome is warmest.");
  expect(toolRoundsOf(await shared().upstream.waitForRequest(4))).toEqual(weatherSeen());
  await expectOneConversation(shared(), 4);
});

test("lanes answer side by side", async () => {
  const { upstream } = shared();
  const gate = new Gate();
  upstream.respondWith((request) =>
    JSON.stringify(request.body.messages).includes("slowly")
      ? reply({ blocks: [textBlock("", { chunks: ["At ", gate, "last."] })] })
      : text("At once."),
  );
  const { session } = await connect();
  const [slow, quick] = [session.lane("slow"), session.lane("quick")];
  slow.create({ model, input: "Answer slowly.", store: false });
  await gate.reached;
  quick.create({ model, input: "Answer.", store: false });
  expect((await quick.finalResponse()).output_text).toBe("At once.");
  gate.release();
  expect((await slow.finalResponse()).output_text).toBe("At last.");
});

test("a refused request leaves the socket usable", async () => {
  shared().upstream.respondWith(text("Quite warm."));
  const { connection } = await connect();
  const messages = connection.stream();
  const next = async (type: string): Promise<unknown> => {
    for (;;) {
      const { value, done } = await messages.next();
      if (done) throw new Error("The socket was closed");
      if (value.type === "error") return value.error.error;
      if (value.type === "message" && value.message.type === type) return value.message;
    }
  };
  connection.send({
    type: "response.create",
    model,
    input: "Really?",
    previous_response_id: "resp_missing",
  });
  const refused = await next("response.completed");
  expect(JSON.stringify(refused)).toContain("previous_response_not_found");
  connection.send({ type: "response.create", model, input: "How warm is it?" });
  expect(await next("response.completed")).toMatchObject({ response: { status: "completed" } });
});

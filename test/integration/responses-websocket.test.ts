import type {
  ResponseInputItem,
  ResponsesClientEvent,
  ResponsesServerEvent,
} from "openai/resources/responses/responses";
import { ResponsesWS } from "openai/resources/responses/ws";
import { describe, expect, onTestFinished, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { assistant, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

type Create = Omit<ResponsesClientEvent.ResponseCreate, "type">;

const WEATHER = {
  type: "function",
  name: "get_weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  strict: false,
} as const;

describe("the official client over a WebSocket", () => {
  const shared = shareTurnpike();
  startEachTestAfresh(shared);

  const echo = () => shared().upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));

  /** Processes that have a conversation. */
  const sessionCount = () => {
    const { idle, busy } = shared().health().sessions;
    return idle + busy;
  };

  function connect() {
    const socket = new ResponsesWS(shared().openai);
    const events = socket.stream();
    onTestFinished(() => socket.close());
    return {
      socket,
      /** Sends a request and reads up to its end. */
      async respond(input: ResponseInputItem[] | string, more: Create = {}) {
        socket.send({ type: "response.create", model: "sonnet", store: false, input, ...more });
        const taken: ResponsesServerEvent[] = [];
        for (;;) {
          const { value, done } = await events.next();
          if (done) throw new Error("The connection ended before the response.");
          if (value.type === "error") throw value.error;
          if (value.type !== "message") continue;
          taken.push(value.message);
          const last = value.message;
          if (last.type === "response.completed" || last.type === "response.incomplete") {
            return { events: taken, response: last.response };
          }
          if (last.type === "response.failed") throw new Error(last.response.error?.message);
        }
      },
    };
  }

  test("goes on from responses that are not stored, on one process", async () => {
    echo();
    const before = sessionCount();
    const { respond } = connect();
    const one = await respond("one");
    const deltas = one.events.flatMap((event) =>
      event.type === "response.output_text.delta" ? [event.delta] : [],
    );
    expect(deltas.join("")).toBe("re: one");
    const two = await respond("two", { previous_response_id: one.response.id });
    const three = await respond("three", { previous_response_id: two.response.id });
    expect(three.response.status).toBe("completed");
    expect(three.response.previous_response_id).toBe(two.response.id);
    const last = await shared().upstream.waitForRequest(3);
    expect(conversationOf(last)).toEqual([
      user("one"),
      assistant("re: one"),
      user("two"),
      assistant("re: two"),
      user("three"),
    ]);
    expect(sessionCount() - before).toBeLessThanOrEqual(1);
    const stored = await shared().fetch(`/v1/responses/${one.response.id}`);
    expect(stored.status).toBe(404);
  });

  test("runs the client's own tools over several rounds", async () => {
    shared().upstream.respondWith([
      reply({ blocks: [toolUse("get_weather", { city: "Oslo" })] }),
      text("It snows."),
    ]);
    const before = sessionCount();
    const { respond } = connect();
    const asked = await respond("weather in Oslo?", { tools: [WEATHER] });
    const call = asked.response.output.find((item) => item.type === "function_call");
    expect(call).toMatchObject({ name: "get_weather", arguments: '{"city":"Oslo"}' });
    const output = { type: "function_call_output", call_id: call?.call_id ?? "", output: "snow" } as const;
    const told = await respond([output], { tools: [WEATHER], previous_response_id: asked.response.id });
    expect(told.events.at(-1)).toMatchObject({ type: "response.completed" });
    const last = await shared().upstream.waitForRequest(2);
    expect(JSON.stringify(conversationOf(last).at(-1))).toContain("snow");
    expect(sessionCount() - before).toBeLessThanOrEqual(1);
  });

  test("a stored response is there over HTTP, and can be gone on from on any connection", async () => {
    echo();
    const one = await connect().respond("one", { store: true });
    expect((await shared().openai.responses.retrieve(one.response.id)).output_text).toBe("re: one");
    const two = await connect().respond("two", { store: true, previous_response_id: one.response.id });
    const three = await shared().openai.responses.create({
      model: "sonnet",
      input: "three",
      previous_response_id: two.response.id,
    });
    expect(three.output_text).toBe("re: three");
    expect(conversationOf(await shared().upstream.waitForRequest(3))).toHaveLength(5);
  });

  test("a warm-up asks nobody, and what follows has its input", async () => {
    echo();
    const { respond } = connect();
    const warm = await respond([{ role: "user", content: "Remember tea." }], { generate: false });
    expect(warm.response).toMatchObject({ status: "completed", output: [] });
    const answer = await respond("What?", { previous_response_id: warm.response.id });
    expect(answer.response.status).toBe("completed");
    const request = await shared().upstream.waitForRequest(1);
    expect(userTexts(request.body)).toEqual(["Remember tea.\nWhat?"]);
  });

  test("a conversation goes on from its compaction", async () => {
    shared().upstream.respondWith([text("The person likes tea.")]);
    const compacted = await shared().openai.responses.compact({
      model: "sonnet",
      input: [user("I like tea."), assistant("Good."), user("Very much.")],
    });
    expect(compacted).toMatchObject({ object: "response.compaction", output: [{ type: "compaction" }] });
    expect(compacted.usage.output_tokens).toBeGreaterThan(0);
    const asked = await shared().upstream.waitForRequest(1);
    expect(userTexts(asked.body).at(-1)).toMatch(/^Very much\.\nWrite a summary/);
    expect(asked.body["tools"] ?? []).toEqual([]);
    echo();
    const { respond } = connect();
    // Proof for the cast: what a compaction gives is made to be sent back.
    const input = [...compacted.output, user("What do I like?")] as ResponseInputItem[];
    await respond(input);
    const told = userTexts((await shared().upstream.waitForRequest(2)).body).join("\n");
    expect(told).toMatch(/The person likes tea\.\nWhat do I like\?$/);
    expect(told).not.toContain("Very much.");
  });

  test("errors come as such, and the connection stays", async () => {
    echo();
    const { respond } = connect();
    await expect(respond("one", { previous_response_id: "resp_unknown" })).rejects.toMatchObject({
      error: { status: 400, error: { code: "previous_response_not_found" } },
    });
    expect((await respond("one")).response.output_text ?? "re: one").toBe("re: one");
  });

  test("who leaves stops Claude", async () => {
    shared().upstream.respondWith(() => text("word ".repeat(500)));
    const socket = new ResponsesWS(shared().openai);
    socket.send({ type: "response.create", model: "sonnet", store: false, input: "one" });
    await socket.emitted("response.created");
    socket.close();
    await shared().until(({ turns }) => turns.running === 0);
  });
});

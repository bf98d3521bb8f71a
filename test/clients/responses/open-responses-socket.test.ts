import { describe, expect, test } from "vitest";

import { text, toolUse } from "../../../src/demo/build-reply.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { conversationOf } from "../../upstream/read-request.ts";
import { playRounds } from "../play-rounds.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { callsOf, checkStream, endOf, post, respond, textOf } from "./ask-responses.ts";
import { compactionSchema, type OpenResponse } from "./open-responses-schema.ts";
import { openResponseSocket, type ResponseSocket } from "./response-socket.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const user = (content: unknown) => ({ type: "message", role: "user", content });

/** A turn that succeeds, its events checked. */
async function takeTurn(socket: ResponseSocket, message: object): Promise<OpenResponse> {
  socket.send({ ...message });
  return endOf(checkStream(await socket.readTurn()));
}

/** The code of the error that answers a message. */
async function failTurn(socket: ResponseSocket, message: object): Promise<unknown> {
  socket.send({ ...message });
  const events = await socket.readTurn();
  expect(events).toMatchObject([{ type: "error", error: { message: expect.any(String) } }]);
  // Proof: checked in the line before.
  const [event] = events as { error: { code: unknown } }[];
  return event?.error.code;
}

/** Asks for the summary that the scripted model gives. */
async function compact(body: Readonly<Record<string, unknown>>) {
  shared().upstream.respondWith(text("The code word of the user is falcon."));
  const answer = await post(shared(), "/v1/responses/compact", body);
  const value: unknown = await answer.json();
  expect(answer.status, JSON.stringify(value)).toBe(200);
  return compactionSchema.parse(value);
}

describe("a WebSocket", () => {
  test("carries the events that a stream has", async () => {
    shared().upstream.respondWith(text("One, two, three, four, five, six, seven."));
    const socket = await openResponseSocket(shared());
    socket.send({ input: [user("Count to seven.")] });
    const events = checkStream(await socket.readTurn());
    expect(events[0]?.type).toBe("response.created");
    expect(textOf(endOf(events))).toBe("One, two, three, four, five, six, seven.");
  });

  test("takes several turns one after the other, none of them stored", async () => {
    shared().upstream.respondWith([text("One."), text("Two.")]);
    const socket = await openResponseSocket(shared());
    const first = await takeTurn(socket, { input: [user("1")], store: false });
    const second = await takeTurn(socket, { input: [user("2")], store: false });
    expect([textOf(first), textOf(second)]).toEqual(["One.", "Two."]);
    expect([first.store, second.store]).toEqual([false, false]);
    expect(first.id).not.toBe(second.id);
    const answer = await shared().fetch(`/v1/responses/${first.id}`);
    expect(answer.status).toBe(404);
  });

  test("goes on from a response that it alone remembers", async () => {
    shared().upstream.respondWith([text("Hello, Alice!"), text("You are Alice.")]);
    const socket = await openResponseSocket(shared());
    const first = await takeTurn(socket, { input: [user("I am Alice.")], store: false });
    const second = await takeTurn(socket, {
      input: [user("Who am I?")],
      store: false,
      previous_response_id: first.id,
    });
    expect(textOf(second)).toBe("You are Alice.");
    expect(second.previous_response_id).toBe(first.id);
    expect(conversationOf(await shared().upstream.waitForRequest(2))).toEqual([
      { role: "user", content: "I am Alice." },
      { role: "assistant", content: "Hello, Alice!" },
      { role: "user", content: "Who am I?" },
    ]);
  });

  test("a new one does not know it, and works on", async () => {
    shared().upstream.respondWith([text("One."), text("Two.")]);
    const first = await takeTurn(await openResponseSocket(shared()), { input: [user("1")], store: false });
    const socket = await openResponseSocket(shared());
    const code = await failTurn(socket, { input: [user("2")], store: false, previous_response_id: first.id });
    expect(code).toBe("previous_response_not_found");
    expect(textOf(await takeTurn(socket, { input: [user("1"), user("2")], store: false }))).toBe("Two.");
  });

  test("a continuation that fails makes it forget the response", async () => {
    shared().upstream.respondWith([text("One."), text("Two.")]);
    const socket = await openResponseSocket(shared());
    const first = await takeTurn(socket, { input: [user("1")], store: false });
    const unknown = { type: "function_call_output", call_id: "call_unknown", output: "?" };
    const asked = { store: false, previous_response_id: first.id };
    expect(await failTurn(socket, { ...asked, input: [unknown] })).not.toBe("previous_response_not_found");
    expect(await failTurn(socket, { ...asked, input: [user("2")] })).toBe("previous_response_not_found");
    expect(textOf(await takeTurn(socket, { input: [user("2")], store: false }))).toBe("Two.");
  });

  test("carries calls and their results", async () => {
    shared().upstream.respondWith(playRounds([[toolUse("look", { at: "sky" })]], "Blue."));
    const tools = [
      {
        type: "function",
        name: "look",
        parameters: { type: "object", properties: { at: { type: "string" } } },
      },
    ];
    const socket = await openResponseSocket(shared());
    const first = await takeTurn(socket, { input: [user("Look.")], tools, store: false });
    const [call] = callsOf(first);
    const second = await takeTurn(socket, {
      input: [{ type: "function_call_output", call_id: call?.call_id, output: "blue" }],
      tools,
      store: false,
      previous_response_id: first.id,
    });
    expect(textOf(second)).toBe("Blue.");
    expect(toolRoundsOf(await shared().upstream.waitForRequest(2))).toEqual([
      [{ name: "look", input: { at: "sky" }, output: "blue" }],
    ]);
  });
});

describe("compaction", () => {
  const history = [
    user("My code word is falcon."),
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "I keep it in mind." }] },
    user("Thank you."),
  ];

  test("gives one sealed item, which may be sent as input", async () => {
    const compacted = await compact({ input: history });
    const item = compacted.output.find(({ type }) => type === "compaction");
    expect(item).toMatchObject({ encrypted_content: expect.not.stringContaining("falcon") });
    expect(compacted.usage.output_tokens).toBeGreaterThan(0);

    shared().upstream.respondWith(text("Falcon."));
    const response = await respond(shared(), { input: [...compacted.output, user("What is it?")] });
    expect(textOf(response)).toBe("Falcon.");
    const last = await shared().upstream.waitForRequest(2);
    expect(JSON.stringify(last.body.messages)).toContain("falcon");
    expect(conversationOf(last).at(-1)?.role).toBe("user");
  });

  test("of a response and what came before it", async () => {
    shared().upstream.respondWith(text("I keep it in mind."));
    const first = await respond(shared(), { input: "My code word is falcon." });
    const compacted = await compact({ previous_response_id: first.id });
    expect(compacted.output.some(({ type }) => type === "compaction")).toBe(true);
  });

  test("its output is taken by a socket as well", async () => {
    const compacted = await compact({ input: history });
    shared().upstream.respondWith(text("Falcon."));
    const socket = await openResponseSocket(shared());
    const response = await takeTurn(socket, {
      input: [...compacted.output, user("What is it?")],
      store: false,
    });
    expect(textOf(response)).toBe("Falcon.");
    expect(JSON.stringify((await shared().upstream.waitForRequest(2)).body.messages)).toContain("falcon");
  });
});

import type { ResponseInputItem } from "openai/resources/responses/responses";
import { describe, expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { assistant, user } from "./ask.ts";
import { idOf, itemsOf, parseEvents, respond, type ResponseAnswer } from "./respond.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const WEATHER = {
  type: "function",
  name: "get_weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  strict: false,
} as const;

describe("a chain of responses", () => {
  const shared = shareTurnpike({ spares: 1 });
  startEachTestAfresh(shared);

  const echo = () => shared().upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
  const next = (input: string, previous: ResponseAnswer, more = {}) =>
    respond(shared(), input, { previous_response_id: previous.body.id, ...more });

  test("stays on one process, and the model sees native messages", async () => {
    echo();
    const answers = [await respond(shared(), "one")];
    for (const word of ["two", "three", "four", "five"]) {
      const last = answers.at(-1);
      if (last) answers.push(await next(word, last));
    }
    expect(answers.map(({ placement }) => placement)).toEqual(["spare", "hot", "hot", "hot", "hot"]);
    expect(answers.map((answer) => answer.text)).toEqual(
      ["one", "two", "three", "four", "five"].map((word) => `re: ${word}`),
    );
    expect(answers[1]?.body.previous_response_id).toBe(answers[0]?.body.id);
    const last = await shared().upstream.waitForRequest(5);
    expect(conversationOf(last).slice(0, 4)).toEqual([
      user("one"),
      assistant("re: one"),
      user("two"),
      assistant("re: two"),
    ]);
    // The same conversation, sent whole by a client that keeps it itself.
    const input: ResponseInputItem[] = [];
    for (const [index, word] of ["one", "two", "three", "four", "five"].entries()) {
      const answer = answers[index];
      input.push(user(word), ...(answer ? itemsOf(answer) : []));
    }
    expect((await respond(shared(), [...input, user("six")], { store: false })).placement).toBe("hot");
  });

  test("forks from an earlier response", async () => {
    echo();
    const one = await respond(shared(), "one");
    const two = await next("two", one);
    const fork = await next("two, in other words", one);
    expect(fork).toMatchObject({ placement: "resumed", text: "re: two, in other words" });
    expect(fork.conversation).not.toBe(two.conversation);
    expect(await next("three", two)).toMatchObject({ placement: "hot", text: "re: three" });
    expect(await next("three", fork)).toMatchObject({ placement: "hot", text: "re: three" });
  });

  test("forgets the instructions of before and keeps what was said", async () => {
    echo();
    const one = await respond(shared(), "one", { instructions: "Be brief." });
    const two = await next("two", one);
    expect(two.body.instructions).toBeNull();
    const asked = await shared().upstream.waitForRequest(2);
    expect(JSON.stringify(asked.body.system ?? "")).not.toContain("Be brief.");
    expect(conversationOf(asked)[0]).toEqual(user("one"));
  });

  test.each(["previous_response_id", "whole input"])("brings results of calls, by %s", async (way) => {
    const turnpike = shared();
    turnpike.upstream.respondWith([
      reply({ blocks: [textBlock("Let me look."), toolUse("get_weather", { city: "Rome" })] }),
      text("It is warm."),
      text("You are welcome."),
    ]);
    const tools = [WEATHER];
    const first = await respond(turnpike, "How is Rome?", { tools });
    const [call] = first.calls;
    expect(call).toMatchObject({ name: "get_weather", arguments: '{"city":"Rome"}' });
    const output: ResponseInputItem = {
      type: "function_call_output",
      call_id: call?.call_id ?? "",
      output: "21 °C",
    };
    const isChain = way === "previous_response_id";
    const history: ResponseInputItem[] = [user("How is Rome?"), ...itemsOf(first)];
    const second = isChain
      ? await respond(turnpike, [output], { tools, previous_response_id: first.body.id })
      : await respond(turnpike, [...history, output], { tools, store: false });
    expect(second).toMatchObject({ placement: "hot", text: "It is warm." });
    const third = isChain
      ? await respond(turnpike, "Thanks", { tools, previous_response_id: second.body.id })
      : await respond(turnpike, [...history, output, ...itemsOf(second), user("Thanks")], { tools });
    expect(third).toMatchObject({ placement: "hot", text: "You are welcome." });
    if (isChain) {
      const missing = respond(turnpike, "no output", { tools, previous_response_id: first.body.id });
      await expect(missing).rejects.toMatchObject({ status: 400 });
    }
  });

  test("may be named, too", async () => {
    echo();
    const named = { conversationName: "my-notes" };
    const one = await respond(shared(), "one", named);
    expect(one.conversation).toBe("my-notes");
    const two = await respond(shared(), "two", { ...named, previous_response_id: one.body.id });
    expect(two).toMatchObject({ placement: "hot", conversation: "my-notes" });
    const chat = await shared().openai.chat.completions.create({
      model: "sonnet:my-notes",
      messages: [user("three")],
    });
    expect(chat.choices[0]?.message.content).toBe("re: three");
    expect(conversationOf(await shared().upstream.waitForRequest(3))).toHaveLength(5);
  });

  test("goes on only from what is there and has ended well", async () => {
    const { openai, upstream } = shared();
    const from = (id: string) => respond(shared(), "more", { previous_response_id: id });
    await expect(from("resp_none")).rejects.toMatchObject({
      status: 400,
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
    upstream.respondWith(
      text("", { chunks: ["a", { type: "error-event", error: { type: "api_error", message: "x" } }] }),
    );
    const failing = await openai.responses
      .create({ model: "sonnet", input: "fail", stream: true })
      .asResponse();
    const events = parseEvents(await failing.text());
    expect(events.slice(-2).map(({ type }) => type)).toEqual(["error", "response.failed"]);
    const failed = idOf(events);
    expect(await openai.responses.retrieve(failed)).toMatchObject({ status: "failed" });
    await expect(from(failed)).rejects.toMatchObject({ status: 400, param: "previous_response_id" });
  });

  test("that fails before it has said anything fails with its status, and leaves nothing", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(httpError(400));
    for (const stream of [false, true]) {
      const failing = openai.responses.create({ model: "sonnet", input: "fail", stream });
      await expect(failing).rejects.toMatchObject({ status: 400 });
    }
    await expect(respond(shared(), "hi", { model: "nobody" })).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
    });
  });
});

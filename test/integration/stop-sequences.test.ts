import { assert as assertProperty, asyncProperty, constantFrom, array, record, string } from "fast-check";
import type { ChatCompletionCreateParamsBase } from "openai/resources/chat/completions/completions";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { ask, assistant, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

type Body = Partial<ChatCompletionCreateParamsBase>;

interface Seen {
  readonly content: string | null | undefined;
  readonly reasons: readonly (string | null)[];
  readonly promptTokens: number | undefined;
}

/** What the official client sees, streamed or whole. */
async function answerTo(content: string, body: Body, stream: boolean): Promise<Seen> {
  const { completions } = shared().openai.chat;
  const request = { model: "sonnet", messages: [user(content)], ...body };
  if (!stream) {
    const { choices, usage } = await completions.create({ ...request, stream: false });
    return {
      content: choices[0]?.message.content,
      reasons: choices.map((choice) => choice.finish_reason),
      promptTokens: usage?.prompt_tokens,
    };
  }
  const chunks = await Array.fromAsync(
    await completions.create({ ...request, stream: true, stream_options: { include_usage: true } }),
  );
  const choices = chunks.flatMap((chunk) => chunk.choices);
  return {
    content: choices.map(({ delta }) => delta.content ?? "").join(""),
    reasons: choices.map((choice) => choice.finish_reason).filter((reason) => reason !== null),
    promptTokens: chunks.find(({ usage }) => usage)?.usage?.prompt_tokens,
  };
}

describe.each([true, false])("streaming: %s", (stream) => {
  test.each([
    { name: "a line break", chunks: ["first line\nsecond line"], stop: "\n", seen: "first line" },
    { name: "a word over pieces", chunks: ["up to E", "N", "D and on"], stop: ["END"], seen: "up to " },
    { name: "white space over pieces", chunks: ["a\n", "\nb"], stop: ["\n\n"], seen: "a" },
    { name: "an emoji", chunks: ["go 🛑 now"], stop: "🛑", seen: "go " },
    { name: "the first of four", chunks: ["1, 2; 3. 4"], stop: ["4", ".", ";", "x"], seen: "1, 2" },
    { name: "the very beginning", chunks: ["END", " of it"], stop: ["END"], seen: "" },
  ])("$name ends the answer", async ({ name, chunks, stop, seen }) => {
    const { upstream } = shared();
    upstream.respondWith(reply({ blocks: [thinking("END\n\n🛑"), textBlock("", { chunks })] }));
    const answer = await answerTo(`${name} ${stream}`, { stop }, stream);
    expect(answer).toMatchObject({ content: seen, reasons: ["stop"] });
    expect(answer.promptTokens).toBeGreaterThan(0);
  });

  test("what only looks like one comes through whole, and the conversation stays hot", async () => {
    const { upstream } = shared();
    const words = "An ENTRY, an EN\nD, and at last E";
    upstream.respondWith([reply({ blocks: [textBlock(words, { chunkSize: 1 })] }), text("two")]);
    const content = `near misses ${stream}`;
    expect(await answerTo(content, { stop: ["END", "\n\n"] }, stream)).toMatchObject({ content: words });
    const next = await ask(shared(), [user(content), assistant(words), user("next")], { stop: ["END"] });
    expect(next).toMatchObject({ text: "two", placement: "hot" });
  });

  test("the model is stopped at once, and the next turn goes on from what was seen", async () => {
    const { upstream } = shared();
    const gate = new Gate();
    upstream.respondWith([
      reply({ blocks: [textBlock("", { chunks: ["first\nse", gate, "cond"] })] }),
      text("third"),
      text("fourth"),
    ]);
    const content = `cut ${stream}`;
    // The gate never opens: without the cut there would be no answer.
    expect(await answerTo(content, { stop: "\n" }, stream)).toMatchObject({
      content: "first",
      reasons: ["stop"],
    });
    expect(await (await upstream.waitForRequest(1)).ended).toMatchObject({ type: "aborted" });

    const messages = [user(content), assistant("first"), user("go on")];
    const next = await ask(shared(), messages, { stop: "\n" });
    expect(next).toMatchObject({ text: "third", placement: "resumed" });
    expect(conversationOf(await upstream.waitForRequest(2))).toEqual(messages);
    const more = [...messages, assistant("third"), user("and on")];
    expect(await ask(shared(), more)).toMatchObject({ text: "fourth", placement: "hot" });
    expect(conversationOf(await upstream.waitForRequest(3))).toEqual(more);
  });
});

test("a named conversation goes on from the cut answer too", async () => {
  const turnpike = shared();
  turnpike.upstream.respondWith([text("one\ntwo"), text("three")]);
  const conversation = "cut-and-named";
  expect(await ask(turnpike, "count", { conversation, stop: "\n" })).toMatchObject({ text: "one" });
  expect(await ask(turnpike, "go on", { conversation })).toMatchObject({ text: "three" });
  expect(conversationOf(await turnpike.upstream.waitForRequest(2))).toEqual([
    user("count"),
    assistant("one"),
    user("go on"),
  ]);
});

test("an answer cut by the model's API keeps its session; white space is not sent there", async () => {
  const turnpike = shared();
  turnpike.upstream.respondWith([
    reply({ blocks: [textBlock("one ")], stopReason: "stop_sequence", stopSequence: "END" }),
    text("two"),
  ]);
  const stop = ["END", "\n", "  "];
  const first = await ask(turnpike, "count to END", { stop });
  expect(first).toMatchObject({ text: "one ", finishReason: "stop" });
  expect((await turnpike.upstream.waitForRequest(1)).body["stop_sequences"]).toEqual(["END"]);
  const messages = [user("count to END"), assistant("one "), user("next")];
  expect(await ask(turnpike, messages)).toMatchObject({ text: "two", placement: "hot" });
  expect((await turnpike.upstream.waitForRequest(2)).body["stop_sequences"]).toBeUndefined();
});

test("after a tool of Claude Code's own: what it did is remembered, what was cut is not", async () => {
  const turnpike = shared();
  turnpike.upstream.respondWith([
    reply({ blocks: [textBlock("Looking."), toolUse("Bash", { command: "echo hi", description: "Say" })] }),
    text("Seen. END of it"),
    text("Bye."),
  ]);
  const first = await ask(turnpike, "look", { model: "claude-code", stop: "END" });
  expect(first.text).toBe("Looking.\n\nSeen. ");
  const messages = [user("look"), assistant(first.text), user("bye")];
  expect(await ask(turnpike, messages, { model: "claude-code" })).toMatchObject({ placement: "resumed" });
  const seen = conversationOf(await turnpike.upstream.waitForRequest(3));
  expect(seen.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
  expect(seen[1]?.content).toMatchObject([{ type: "text" }, { type: "tool_use", name: "Bash" }]);
  expect(seen[2]?.content).toMatchObject([{ type: "tool_result" }]);
  expect(seen[3]?.content).toMatch(/^\s*Seen\. $/);
  expect(JSON.stringify(seen)).not.toContain("END of it");
});

test("a call of a client tool after the sequence is never made", async () => {
  const turnpike = shared();
  const call = toolUse("lookup", { query: "END" });
  const tools = [
    {
      type: "function" as const,
      function: { name: "lookup", parameters: { type: "object", properties: {} } },
    },
  ];
  turnpike.upstream.respondWith([
    reply({ blocks: [textBlock("Let me END this."), call] }),
    reply({ blocks: [textBlock("Let me look E"), call] }),
  ]);
  const cut = await turnpike.openai.chat.completions.create({
    model: "sonnet",
    messages: [user("look it up")],
    tools,
    stop: "END",
  });
  expect(cut.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "Let me " } });
  expect(cut.choices[0]?.message.tool_calls ?? []).toEqual([]);

  const called = await turnpike.openai.chat.completions.create({
    model: "sonnet",
    messages: [user("look it up again")],
    tools,
    stop: "END",
  });
  expect(called.choices[0]).toMatchObject({
    finish_reason: "tool_calls",
    message: { content: "Let me look E", tool_calls: [{ function: { arguments: '{"query":"END"}' } }] },
  });
});

test("no split of the model's answer lets a sequence through", async () => {
  const turnpike = shared();
  const piece = string({ unit: constantFrom("a", "b", "\n", " ", "😀"), minLength: 1, maxLength: 4 });
  const cases = record({
    // Something to see first: a blank answer is no answer to Claude Code.
    chunks: array(piece, { maxLength: 6 }).map((pieces) => ["Well:", ...pieces]),
    stop: array(constantFrom("ab", "\n", "ba\n", "😀", "a😀b", "  "), { minLength: 1, maxLength: 4 }),
  });
  await assertProperty(
    asyncProperty(cases, async ({ chunks, stop }) => {
      turnpike.upstream.respondWith(reply({ blocks: [textBlock("", { chunks })] }));
      const { content, reasons } = await answerTo("property", { stop }, true);
      const whole = chunks.join("");
      const ends = stop.map((sequence) => whole.indexOf(sequence)).filter((index) => index >= 0);
      if (typeof content !== "string") throw new Error("The answer has no text.");
      expect(whole.startsWith(content)).toBe(true);
      expect(stop.some((sequence) => content.includes(sequence))).toBe(false);
      if (ends.length === 0) expect(content).toBe(whole);
      expect(reasons).toEqual(["stop"]);
    }),
    { numRuns: 8 },
  );
});

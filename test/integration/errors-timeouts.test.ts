import { describe, expect, test } from "vitest";

import { hang, pause, ping } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { expectError, expectErrorBody } from "./expect-error.ts";
import { errorsOf, readEvents, textOf } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";

const TIMEOUT = { type: "server_error", code: "timeout" } as const;

describe("a model that is silent", () => {
  const turnpike = shareTurnpike({
    flags: {
      "turns.firstByteTimeout": "1500ms",
      "turns.streamIdleTimeout": "800ms",
      "turns.upstreamRetries": "0",
    },
  });

  test.each([
    { name: "does not answer at all", answer: hang(), limit: "1.5" },
    { name: "sends headers and pings, but no message", answer: silentStream(), limit: "1.5" },
    { name: "begins a message and says nothing", answer: reply({ blocks: [hang()] }), limit: "1.5" },
  ])("$name: 504, streaming or not, and the conversation goes on", async ({ name, answer, limit }) => {
    const { upstream, post, openai } = turnpike();
    upstream.clear();
    upstream.respondWith(text("one"));
    const messages = [{ role: "user" as const, content: name }];
    await openai.chat.completions.create({ model: "sonnet", messages });
    const more = [
      ...messages,
      { role: "assistant" as const, content: "one" },
      { role: "user" as const, content: "and now?" },
    ];

    upstream.respondWith(answer);
    for (const stream of [false, true]) {
      const response = await post({ model: "sonnet", messages: more, stream });
      await expectError(response, {
        status: 504,
        ...TIMEOUT,
        message: new RegExp(`first answer took longer than the ${limit} seconds`),
      });
    }
    for (const request of upstream.requests.slice(1)) {
      expect(await request.ended).toMatchObject({ type: "aborted" });
    }

    upstream.respondWith(text("two"));
    const last = await openai.chat.completions.create({ model: "sonnet", messages: more });
    expect(last.choices[0]?.message.content).toBe("two");
    expect(conversationOf(await upstream.waitForRequest(4))).toEqual(more);
  });

  test("falls silent in the middle: an error event in the stream, 504 without one", async () => {
    const { upstream, post } = turnpike();
    upstream.clear();
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Half of ", "it", hang()] })] }));
    const body = { model: "sonnet", messages: [{ role: "user", content: "silent in the middle" }] };

    const events = await readEvents(await post({ ...body, stream: true }));
    expect(textOf(events)).toBe("Half of it");
    expect(events.at(-1)).toBe("[DONE]");
    expectErrorBody(errorsOf(events)[0], { ...TIMEOUT, message: /next part.*0\.8 seconds/ });
    await expectError(await post(body), { status: 504, ...TIMEOUT });
  });
});

describe("what takes longer than the model may be silent", () => {
  // Wide enough for a busy machine.
  const turnpike = shareTurnpike({
    flags: { "turns.firstByteTimeout": "4s", "turns.streamIdleTimeout": "2500ms" },
  });

  test("a long input of a tool is no silence", async () => {
    const { upstream, post } = turnpike();
    upstream.clear();
    const input = { command: `echo ${"a long line, ".repeat(20)}`, description: "Say much" };
    upstream.respondWith([
      reply({ blocks: [textBlock("Writing."), toolUse("Bash", input, { chunkSize: 20, delayMs: 250 })] }),
      text("Written."),
    ]);
    const response = await post({
      model: "claude-code",
      messages: [{ role: "user", content: "write" }],
      stream: true,
    });
    const events = await readEvents(response);
    expect(errorsOf(events)).toEqual([]);
    expect(textOf(events)).toBe("Writing.\n\nWritten.");
  });

  test("a tool of Claude Code's own may take longer than the model", async () => {
    const { upstream, post } = turnpike();
    upstream.clear();
    upstream.respondWith([
      reply({
        blocks: [textBlock("Looking."), toolUse("Bash", { command: "sleep 5", description: "Wait" })],
      }),
      text("Seen."),
    ]);
    const response = await post({
      model: "claude-code",
      messages: [{ role: "user", content: "look" }],
      stream: true,
    });
    const events = await readEvents(response);
    expect(errorsOf(events)).toEqual([]);
    expect(textOf(events)).toBe("Looking.\n\nSeen.");
  });
});

describe("a turn that takes too long as a whole", () => {
  const turnpike = shareTurnpike({ flags: { "turns.turnTimeout": "1s" } });

  test("ends with an error event, though the model keeps talking", async () => {
    const { upstream, post } = turnpike();
    const chunks = Array.from({ length: 1000 }, (_, index) => `${index} `);
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks, delayMs: 20 })] }));
    const body = { model: "sonnet", messages: [{ role: "user", content: "talk" }] };

    const events = await readEvents(await post({ ...body, stream: true }));
    expect(textOf(events)).toMatch(/^0 1 2 /);
    expectErrorBody(errorsOf(events)[0], { ...TIMEOUT, message: /The turn took longer than the 1 seconds/ });
    expect(await (await upstream.waitForRequest(1)).ended).toMatchObject({ type: "aborted" });
    await expectError(await post(body), { status: 504, ...TIMEOUT });
  });
});

/** Headers and pings, then nothing: the API's way to keep a connection alive. */
function silentStream() {
  return reply({ beforeStart: [ping(), ping(), new Gate()], blocks: [] });
}

describe("a model's API that pings", () => {
  const turnpike = shareTurnpike({
    flags: {
      "turns.firstByteTimeout": "20s",
      "turns.streamIdleTimeout": "20s",
      "turns.upstreamRetries": "0",
    },
  });

  test(
    "works, however long it says nothing; when the pings end, it does not",
    { timeout: 240_000 },
    async () => {
      const { upstream, post } = turnpike();
      const ask = async (content: string) => {
        const began = performance.now();
        const response = await post({ model: "sonnet", messages: [{ role: "user", content }], stream: true });
        const events = await readEvents(response);
        return {
          text: textOf(events),
          errors: errorsOf(events),
          seconds: (performance.now() - began) / 1000,
        };
      };
      upstream.respondWith((request) => {
        const question = JSON.stringify(conversationOf(request));
        if (question.includes("a long prompt"))
          return reply({ beforeStart: pings(26), blocks: [textBlock("Read.")] });
        if (question.includes("long thoughts")) {
          return reply({ blocks: [thinking("", { chunks: ["", ...pings(26)] }), textBlock("Thought.")] });
        }
        return reply({ beforeStart: [...pings(8), hang()], blocks: [] });
      });

      const [prompt, thoughts, dead] = await Promise.all(
        ["a long prompt", "long thoughts", "death"].map(ask),
      );

      expect(prompt).toMatchObject({ text: "Read.", errors: [] });
      expect(thoughts).toMatchObject({ text: "Thought.", errors: [] });
      for (const each of [prompt, thoughts]) expect(each?.seconds).toBeGreaterThan(25);
      expectErrorBody(dead?.errors[0], { ...TIMEOUT, message: /took longer than the 20 seconds/ });
    },
  );
});

/** One a second. */
function pings(count: number) {
  return Array.from({ length: count }, () => [pause(1000), ping()]).flat();
}

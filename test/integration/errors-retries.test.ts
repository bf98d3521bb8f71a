import { describe, expect, test } from "vitest";

import { errorEvent, httpError, reset, truncate } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, thinking } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { taggedSignature } from "../upstream/tagged-signature.ts";
import { expectError, expectErrorBody } from "./expect-error.ts";
import { errorsOf, readEvents, textOf } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";

const turnpike = shareTurnpike({ flags: { "turns.upstreamRetries": 1 } });

/** Its thinking holds in a history that another process reads. */
const model = "sonnet/claude-sonnet-5";
const TAG = "second attempt";
const question = { role: "user" as const, content: "hello" };

describe("Claude Code asks the model's API again", () => {
  test.each([
    { name: "529", answer: httpError(529) },
    { name: "429 with a short wait", answer: httpError(429, {}, { "retry-after": "1" }) },
    { name: "a reset", answer: reset() },
    { name: "an error event before any text", answer: reply({ blocks: [errorEvent()] }) },
  ])("after $name, and the client notices nothing", async ({ answer }) => {
    const { upstream, post } = turnpike();
    upstream.clear();
    upstream.respondWith([answer, text("fine")]);

    // One after the other in one process.
    const named = { "x-conversation-id": "asked-again" };
    const response = await post({ model, messages: [question], stream: true }, named);

    const events = await readEvents(response);
    expect(textOf(events)).toBe("fine");
    expect(errorsOf(events)).toEqual([]);
    expect(upstream.requests).toHaveLength(2);
  });

  test("but not when the API asks for a long wait: that is for the client to decide", async () => {
    const { upstream, post } = turnpike();
    upstream.clear();
    upstream.respondWith(httpError(429, { message: "Slow down" }, { "retry-after": "40" }));

    for (const stream of [false, true]) {
      const response = await post({ model, messages: [question], stream });
      const retryAfter = Number(response.headers.get("retry-after"));
      expect(retryAfter).toBeGreaterThanOrEqual(40);
      expect(retryAfter).toBeLessThanOrEqual(60);
      await expectError(response, { status: 429, type: "rate_limit_error", code: "rate_limit_exceeded" });
    }
    expect(upstream.requests).toHaveLength(2);
  });

  test.each([
    { name: "a reset", step: reset(), code: "upstream_failed" },
    { name: "a stream without an end", step: truncate(), code: "upstream_failed" },
    { name: "an error event", step: errorEvent(), code: "overloaded" },
  ])("but never says text twice: $name in the middle ends the stream", async ({ step, code }) => {
    const { upstream, post, openai } = turnpike();
    const gate = new Gate();
    upstream.clear();
    upstream.respondWith([
      reply({ blocks: [textBlock("", { chunks: ["Half of it", gate, step] })] }),
      text("Half of it all."),
    ]);

    const response = await post({ model, messages: [question], stream: true });
    gate.release();
    const events = await readEvents(response);

    expect(textOf(events)).toBe("Half of it");
    expectErrorBody(errorsOf(events)[0], { type: "server_error", code });
    expect(events.at(-1)).toBe("[DONE]");
    upstream.respondWith(text("fine"));
    const next = await openai.chat.completions.create({ model, messages: [question] });
    expect(next.choices[0]?.message.content).toBe("fine");
  });

  test.each([
    {
      name: "an attempt that broke off while thinking",
      answers: (gate: Gate) => [
        reply({ blocks: [thinking("Let me see."), textBlock("", { chunks: [gate, reset()] })] }),
        reply({ blocks: [thinking("Once more.", { tag: TAG }), textBlock("fine")] }),
      ],
    },
    {
      name: "an answer without text",
      answers: (gate: Gate) => [
        reply({ blocks: [thinking("Let me see."), gate] }),
        reply({ blocks: [thinking("Once more.", { tag: TAG }), textBlock("fine")] }),
      ],
    },
  ])("keeps $name out of the conversation, hot or resumed", async ({ name, answers }) => {
    const { upstream, post, fetch } = turnpike();
    const messages = [{ role: "user", content: name }];
    const gate = new Gate();
    upstream.clear();
    upstream.respondWith(answers(gate));
    const response = await post({ model, messages, stream: true });
    gate.release();
    const events = await readEvents(response);
    expect(textOf(events)).toBe("fine");
    expect(errorsOf(events)).toEqual([]);
    const more = [...messages, { role: "assistant", content: "fine" }, { role: "user", content: "more" }];

    upstream.respondWith(text("good"));
    await (await post({ model, messages: more })).text();
    // As the model gave it, thinking and all.
    const fine = {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Once more.", signature: taggedSignature(TAG) },
        { type: "text", text: "fine" },
      ],
    };
    const [, , ...following] = more;
    expect(conversationOf(await upstream.waitForRequest(3))).toEqual([...messages, fine, ...following]);

    const id = response.headers.get("x-conversation-id");
    await fetch(`/conversations/${id}?mode=evict`, { method: "DELETE" });
    const last = [...more, { role: "assistant", content: "good" }, { role: "user", content: "and more" }];
    const again = await post({ model, messages: last });
    expect(again.headers.get("x-turnpike-placement")).toBe("resumed");
    await again.text();
    const [, , ...rest] = last;
    expect(conversationOf(await upstream.waitForRequest(4))).toEqual([...messages, fine, ...rest]);
  });
});

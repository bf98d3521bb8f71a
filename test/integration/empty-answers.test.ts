import { describe, expect, test } from "vitest";

import { reply, text, textBlock, thinking } from "../../src/demo/build-reply.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { ask, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const NOTHING = {
  "no block": [],
  "an empty text": [textBlock("", { chunks: [] })],
  "white space": [textBlock("\n\n")],
  "thinking alone": [thinking("Hm.")],
} as const;

const REASONS = [
  ["stop_sequence", "stop"],
  ["end_turn", "stop"],
  ["pause_turn", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
] as const;

/** Every answer of the model is this one. */
function answerOnce(blocks: (typeof NOTHING)[keyof typeof NOTHING], stopReason: string): void {
  const stop = stopReason === "stop_sequence" ? { stopSequence: "END" } : {};
  shared().upstream.respondWith(reply({ blocks, stopReason, ...stop }));
}

describe.each(Object.entries(NOTHING))("an answer of %s", (name, blocks) => {
  test.each(REASONS)("that ends with %s is an answer, with finish_reason %s", async (stopReason, finish) => {
    answerOnce(blocks, stopReason);
    const { choices, usage } = await shared().openai.chat.completions.create({
      model: "sonnet",
      messages: [user(`${name} ${stopReason}`)],
      stop: ["END"],
    });
    expect(choices).toMatchObject([{ finish_reason: finish }]);
    expect(choices[0]?.message.content?.trim()).toBe("");
    expect(usage?.prompt_tokens).toBeGreaterThan(0);
  });
});

test("streamed, it ends like any other", async () => {
  answerOnce([], "stop_sequence");
  const stream = await shared().openai.chat.completions.create({
    model: "sonnet",
    messages: [user("streamed")],
    stop: "END",
    stream: true,
  });
  const reasons = (await Array.fromAsync(stream)).map(({ choices }) => choices[0]?.finish_reason);
  expect(reasons.filter(Boolean)).toEqual(["stop"]);
});

test("a conversation goes on after it, and Claude reads only what the client said", async () => {
  const { upstream } = shared();
  answerOnce([], "end_turn");
  const first = await ask(shared(), [user("one")]);
  expect(first.text).toBe("");
  upstream.clear();
  upstream.respondWith(text("two"));
  const messages = [user("one"), { role: "assistant" as const, content: "" }, user("and now?")];
  expect((await ask(shared(), messages)).text).toBe("two");
  const said = JSON.stringify(conversationOf(await upstream.waitForRequest(1)));
  expect(said).toContain("one");
  expect(said).toContain("and now?");
  expect(said).not.toMatch(/No response requested|Continue|visible output/);
});

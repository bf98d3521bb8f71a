import { describe, expect, test } from "vitest";

import { hang } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { expectError } from "./expect-error.ts";
import { readEvents, textOf } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startTurnpike } from "./start-turnpike.ts";

const turnpike = shareTurnpike();

describe.each(["sonnet", "claude-code"])("a limit on the answer of %s", (model) => {
  test("ends it with finish_reason length, without a hidden continuation, and the conversation goes on", async () => {
    const { upstream, openai, post } = turnpike();
    upstream.clear();
    const messages = [{ role: "user" as const, content: `count for ${model}` }];
    const cut = reply({ blocks: [textBlock("one two")], stopReason: "max_tokens" });
    // Claude Code asks for more by itself where an answer was cut, in words of its own or the same once more.
    const answered = new Set<RecordedRequest>();
    const hidden = () => upstream.requests.filter((request) => !answered.has(request));
    const limits = new Set([5, 6]);
    upstream.respondWith((request) => {
      const last = conversationOf(request).at(-1)?.content;
      const isFirst = last === messages[0]?.content && limits.delete(request.body.max_tokens);
      if (!isFirst && last !== "go on") return hang();
      answered.add(request);
      return isFirst ? cut : text("three");
    });

    const whole = await openai.chat.completions.create({ model, messages, max_tokens: 5 });
    expect(whole.choices[0]).toMatchObject({ finish_reason: "length", message: { content: "one two" } });
    expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
    const events = await readEvents(await post({ model, messages, max_completion_tokens: 6, stream: true }));
    expect(textOf(events)).toBe("one two");
    expect(events.at(-2)).toMatchObject({ choices: [{ finish_reason: "length" }] });

    const more = [
      ...messages,
      { role: "assistant" as const, content: "one two" },
      { role: "user" as const, content: "go on" },
    ];
    const next = await openai.chat.completions.create({ model, messages: more });
    expect(next.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "three" } });
    expect(conversationOf([...answered][2] ?? fail())).toEqual(more);
    expect(answered.size).toBe(3);
    // An answer that is cut at once leaves no time to prevent it; it must not live to be answered.
    for (const { ended } of hidden()) expect(await ended).toMatchObject({ type: "aborted" });
  });
});

test("a context that Claude Code itself finds full is context_length_exceeded, without a request to the model", async () => {
  // A worker forgets how full the context was.
  const { upstream, openai, post } = await startTurnpike({ flags: { "sessions.workers": "no" } });
  const model = "haiku";
  upstream.respondWith(reply({ blocks: [textBlock("one")], usage: { input_tokens: 999_000 } }));
  const messages = [{ role: "user" as const, content: "a long story" }];
  await openai.chat.completions.create({ model, messages });
  const more = [
    ...messages,
    { role: "assistant" as const, content: "one" },
    { role: "user" as const, content: "more" },
  ];

  const response = await post({ model, messages: more, stream: true });

  await expectError(response, {
    status: 400,
    type: "invalid_request_error",
    code: "context_length_exceeded",
  });
  expect(upstream.requests).toHaveLength(1);
});

function fail(): never {
  throw new Error("There was no third request.");
}

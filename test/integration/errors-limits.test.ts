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
    upstream.respondWith((request) => {
      const last = conversationOf(request).at(-1)?.content;
      if (last === messages[0]?.content) return cut;
      return last === "go on" ? text("three") : hang();
    });

    const whole = await openai.chat.completions.create({ model, messages, max_tokens: 5 });
    expect(whole.choices[0]).toMatchObject({ finish_reason: "length", message: { content: "one two" } });
    expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
    const events = await readEvents(await post({ model, messages, max_completion_tokens: 5, stream: true }));
    expect(textOf(events)).toBe("one two");
    expect(events.at(-2)).toMatchObject({ choices: [{ finish_reason: "length" }] });

    const more = [
      ...messages,
      { role: "assistant" as const, content: "one two" },
      { role: "user" as const, content: "go on" },
    ];
    const next = await openai.chat.completions.create({ model, messages: more });
    expect(next.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "three" } });
    const asked = upstream.requests.filter((request) => !isContinuation(request));
    expect(asked.map((request) => request.body.max_tokens).slice(0, 2)).toEqual([5, 5]);
    expect(conversationOf(asked[2] ?? fail())).toEqual(more);
    // On a machine that is very busy one may go out before the process is gone; it must not live to be answered.
    for (const hidden of upstream.requests.filter(isContinuation)) {
      expect(await hidden.ended).toMatchObject({ type: "aborted" });
    }
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

/** What Claude Code sends by itself when an answer has reached its limit. */
function isContinuation(request: RecordedRequest): boolean {
  // Some models are told so in a block that is no part of the conversation.
  return /cut off|limit hit/.test(JSON.stringify(request.body.messages));
}

function fail(): never {
  throw new Error("There was no third request.");
}

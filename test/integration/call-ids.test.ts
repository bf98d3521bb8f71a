import type { ChatCompletionMessageParam } from "openai/resources";
import { expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import type { ContentBlock } from "../../src/demo/messages-body.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { askWithTools, functionTool, resultsFor } from "./tool-chat.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const READ = functionTool("read");

/** Rounds of calls with these ids, each call with a result of its own words, in the order given or backwards. */
function rounds(ids: readonly (readonly string[])[], isBackwards = false): ChatCompletionMessageParam[] {
  return ids.flatMap((round, at): ChatCompletionMessageParam[] => {
    const results = round.map((id, index) => ({
      role: "tool" as const,
      tool_call_id: id,
      content: `round ${at}, call ${index}`,
    }));
    return [
      {
        role: "assistant",
        content: null,
        tool_calls: round.map((id, index) => ({
          id,
          type: "function",
          function: { name: "read", arguments: `{"at":"${at}.${index}"}` },
        })),
      },
      ...(isBackwards ? results.toReversed() : results),
    ];
  });
}

/** What each call of the model's history was answered, by the call's own arguments. */
function answersByCall(blocks: readonly ContentBlock[]): Record<string, unknown> {
  const calls = blocks.filter(({ type }) => type === "tool_use");
  const results = blocks.filter(({ type }) => type === "tool_result");
  expect(new Set(calls.map((call) => call["id"])).size).toBe(calls.length);
  expect(results).toHaveLength(calls.length);
  return Object.fromEntries(
    calls.map((call) => [
      JSON.stringify(call["input"]),
      results.find((result) => result["tool_use_id"] === call["id"])?.["content"],
    ]),
  );
}

function lastBlocks(): ContentBlock[] {
  const request = shared().upstream.requests.at(-1);
  return (request ? conversationOf(request) : []).flatMap(({ content }) =>
    typeof content === "string" ? [] : content,
  );
}

const expected = (ids: readonly (readonly string[])[]) =>
  Object.fromEntries(
    ids.flatMap((round, at) =>
      round.map((_, index) => [`{"at":"${at}.${index}"}`, `round ${at}, call ${index}`]),
    ),
  );

const CASES: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  ["numbered anew in each round", [["call_0"], ["call_0"], ["call_0"]]],
  ["of another service", [["functions.read:0"], ["functions.read:1"], ["functions.read:0"]]],
  ["like the ones that a repeated id gets", [["call_0"], ["call_0"], ["call_0_2"], ["call_0_2"]]],
  [
    "several in a round",
    [
      ["0", "1", "2"],
      ["0", "1"],
      ["1", "0"],
    ],
  ],
  ["that are much alike", [["a.b"], ["a:b"], ["a_b"], ["a b"]]],
  ["long", [["x".repeat(400)], ["x".repeat(400)], [`${"x".repeat(399)}y`]]],
  [
    "the same twice in one answer",
    [
      ["call_0", "call_0"],
      ["call_0", "call_0", "call_1"],
    ],
  ],
];

test.each(CASES)("ids of calls that are %s: each call has its own result", async (_, ids) => {
  shared().upstream.respondWith(text("ok"));
  // Two results of one id can only be told apart by their order.
  const isDoubled = ids.some((round) => new Set(round).size < round.length);
  const messages = [user("Go."), ...rounds(ids, !isDoubled)];
  const answer = await askWithTools(shared(), messages, { tools: [READ] });
  expect(answer).toMatchObject({ text: "ok", placement: "imported" });
  expect(answersByCall(lastBlocks())).toEqual(expected(ids));
});

test.each(CASES.filter(([name]) => !name.includes("twice")))(
  "ids from the model's API that are %s: each call has its own result, hot and resumed",
  async (_, ids) => {
    const { upstream } = shared();
    const messages: ChatCompletionMessageParam[] = [
      user(`Go on with ${ids.flat().join(" ").slice(0, 100)}.`),
    ];
    let conversation = "";
    for (const [at, round] of ids.entries()) {
      upstream.respondWith(
        reply({ blocks: round.map((id, index) => toolUse("read", { at: `${at}.${index}` }, { id })) }),
      );
      const answer = await askWithTools(shared(), messages, { tools: [READ] });
      expect(answer.calls).toHaveLength(round.length);
      messages.push(
        answer.message,
        ...resultsFor(answer.message, (__, index) => `round ${at}, call ${index}`),
      );
      ({ conversation } = answer);
    }
    upstream.respondWith(text("ok"));
    await askWithTools(shared(), messages, { tools: [READ] });
    expect(answersByCall(lastBlocks())).toEqual(expected(ids));

    await shared().fetch(`/conversations/${conversation}?mode=evict`, { method: "DELETE" });
    const later = [...messages, { role: "assistant" as const, content: "ok" }, user("Again.")];
    expect(await askWithTools(shared(), later, { tools: [READ] })).toMatchObject({ placement: "resumed" });
    expect(answersByCall(lastBlocks())).toEqual(expected(ids));
  },
  120_000,
);

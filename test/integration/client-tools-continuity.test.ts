import { join } from "node:path";

import type { ChatCompletionMessageParam } from "openai/resources";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { taggedSignature } from "../upstream/tagged-signature.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";
import { askWithTools, functionTool, resultsFor } from "./tool-chat.ts";

const CALL = reply({
  blocks: [textBlock("Looking."), toolUse("get_weather", { city: "Rome" }, { id: "toolu_r" })],
});

/** What the model must see of call and result, wherever the turn runs. */
const NATIVE = [
  { role: "user", content: "Weather?" },
  {
    role: "assistant",
    content: [
      { type: "text", text: "Looking." },
      { type: "tool_use", id: "toolu_r", name: "get_weather", input: { city: "Rome" } },
    ],
  },
];
const RESULT = { type: "tool_result", tool_use_id: "toolu_r", content: "sun" };

/** A model that takes a temperature. */
const SAMPLED = "sonnet/claude-sonnet-4-6";

describe("the process is gone between call and result", () => {
  test.each([
    ["resumed from the record", {}],
    ["imported, since nothing is kept", { retention: "none" }],
  ])("%s", async (placement, flags) => {
    const upstream = await startUpstream();
    const [workspace, dataDir] = [await makeFolder(), join(await makeFolder(), "data")];
    const start = () => startTurnpike({ upstream, dataDir, flags: { workspace, ...flags } });
    upstream.respondWith([CALL, text("It is sunny."), text("Bye.")]);
    const before = await start();
    const first = await askWithTools(before, [user("Weather?")], {
      model: SAMPLED,
      temperature: 0.5,
      stop: ["zzz"],
    });
    await before.stop();

    const after = await start();
    const messages: ChatCompletionMessageParam[] = [
      user("Weather?"),
      first.message,
      ...resultsFor(first.message, () => "sun"),
    ];
    const second = await askWithTools(after, messages, {
      model: SAMPLED,
      temperature: 0.5,
      max_tokens: 77,
    });
    expect(second.placement).toBe(placement.split(/[ ,]/)[0]);
    expect(second.text).toBe("It is sunny.");
    const request = await upstream.waitForRequest(2);
    expect(conversationOf(request)).toEqual([
      ...NATIVE,
      { role: "user", content: [RESULT, { type: "text", text: "Continue." }] },
    ]);
    expect(request.body).toMatchObject({ temperature: 0.5, max_tokens: 77 });

    // And from here on it is hot, without the settings of that turn.
    const third = await askWithTools(after, [...messages, second.message, user("Bye.")], { model: SAMPLED });
    expect(third).toMatchObject({ text: "Bye.", placement: "hot" });
    const last = await upstream.waitForRequest(3);
    expect(last.body["temperature"]).toBeUndefined();
    expect(last.body.max_tokens).toBeGreaterThan(1_000);
    expect(last.body.tools?.map((tool) => tool.name)).toEqual(["get_weather"]);
  });

  test("what the client says after the results comes along, word by word", async () => {
    const turnpike = await startTurnpike();
    turnpike.upstream.respondWith([CALL, text("ok")]);
    const first = await askWithTools(turnpike, [user("Weather?")]);
    await turnpike.fetch(`/conversations/${first.conversation}?mode=evict`, { method: "DELETE" });
    const said = "/clear @/etc/passwd and ?";
    const second = await askWithTools(turnpike, [
      user("Weather?"),
      first.message,
      ...resultsFor(first.message, () => "sun"),
      user(said),
    ]);
    expect(second).toMatchObject({ text: "ok", placement: "resumed" });
    const sent = conversationOf(await turnpike.upstream.waitForRequest(2));
    expect(JSON.stringify(sent[2])).toContain("/clear @/etc/passwd and ?");
    expect(JSON.stringify(sent)).not.toContain("root:");
  });

  test("thinking before the call is kept, since Claude must not lose it in the middle of its work", async () => {
    const turnpike = await startTurnpike();
    turnpike.upstream.respondWith([
      reply({
        blocks: [
          thinking("hm", { tag: "first" }),
          toolUse("get_weather", { city: "Rome" }, { id: "toolu_r" }),
        ],
      }),
      text("ok"),
    ]);
    const first = await askWithTools(turnpike, [user("Weather?")]);
    await turnpike.fetch(`/conversations/${first.conversation}?mode=evict`, { method: "DELETE" });
    await askWithTools(turnpike, [
      user("Weather?"),
      first.message,
      ...resultsFor(first.message, () => "sun"),
    ]);
    const sent = conversationOf(await turnpike.upstream.waitForRequest(2));
    expect(sent[1]?.content).toEqual([
      { type: "thinking", thinking: "hm", signature: taggedSignature("first") },
      { type: "tool_use", id: "toolu_r", name: "get_weather", input: { city: "Rome" } },
    ]);
  });
});

describe("a conversation with tools", () => {
  const shared = shareTurnpike();

  test("has a name: only the results are sent", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith([CALL, text("It is sunny."), CALL, text("Still.")]);
    const named = { conversation: "tools/by-name" };
    const first = await askWithTools(turnpike, [user("Weather?")], named);
    const second = await askWithTools(
      turnpike,
      resultsFor(first.message, () => "sun"),
      named,
    );
    expect(second).toMatchObject({ text: "It is sunny.", placement: "hot", ...named });
    expect(conversationOf(await turnpike.upstream.waitForRequest(2))).toEqual([
      ...NATIVE,
      { role: "user", content: [RESULT] },
    ]);

    // Wrong results are refused, and the session still waits for the right ones.
    const third = await askWithTools(turnpike, [user("And now?")], named);
    const unanswered = await askWithTools(turnpike, [user("never mind")], named).catch((error) => error);
    expect(unanswered).toMatchObject({ status: 400, message: expect.stringContaining("toolu_r") });
    const foreign = { role: "tool" as const, tool_call_id: "toolu_other", content: "x" };
    const unknown = await askWithTools(turnpike, [foreign], named).catch((error) => error);
    expect(unknown).toMatchObject({ status: 400 });
    const fourth = await askWithTools(
      turnpike,
      resultsFor(third.message, () => "sun"),
      named,
    );
    expect(fourth).toMatchObject({ text: "Still.", placement: "hot" });

    await turnpike.fetch(`/conversations/${named.conversation}?mode=evict`, { method: "DELETE" });
    const late = await askWithTools(turnpike, [foreign], named).catch((error) => error);
    expect(late).toMatchObject({ status: 400 });
    expect(turnpike.upstream.requests).toHaveLength(4);
  });

  test("is recognised whatever a client does to white space and key order of its arguments", async () => {
    const turnpike = shared();
    turnpike.upstream.respondWith([
      reply({ blocks: [toolUse("get_weather", { city: "Rome", days: 2 }, { id: "toolu_w" })] }),
      text("ok"),
    ]);
    const first = await askWithTools(turnpike, [user("w")]);
    const call = { id: "toolu_w", type: "function" as const };
    const respelled = { name: "get_weather", arguments: '{ "days": 2,\n "city": "Rome" }' };
    const second = await askWithTools(turnpike, [
      user("w"),
      { role: "assistant", content: "", tool_calls: [{ ...call, function: respelled }] },
      { role: "tool", tool_call_id: "toolu_w", content: [{ type: "text", text: "sun" }] },
    ]);
    expect(second).toMatchObject({ placement: "hot", conversation: first.conversation });
  });

  test("branches where the client edits a result", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(({ body }) =>
      JSON.stringify(body.messages).includes("tool_result") ? text("noted") : CALL,
    );
    const first = await askWithTools(turnpike, [user("Weather?")]);
    const start = [user("Weather?"), first.message];
    const one = await askWithTools(turnpike, [...start, ...resultsFor(first.message, () => "sun")]);
    const other = await askWithTools(turnpike, [...start, ...resultsFor(first.message, () => "hail")]);
    expect([one.placement, other.placement]).toEqual(["hot", "resumed"]);
    expect(other.conversation).not.toBe(one.conversation);
    expect(JSON.stringify(conversationOf(await turnpike.upstream.waitForRequest(3)))).toContain("hail");
  });

  test("made elsewhere, with calls that Claude never made, is imported natively", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(text("I see."));
    const calls = ["call_1", "call_2"].map((id) => ({
      id,
      type: "function" as const,
      function: { name: "other_tool", arguments: `{"id":"${id}"}` },
    }));
    const history: ChatCompletionMessageParam[] = [
      user("Go."),
      { role: "assistant", content: null, tool_calls: calls },
      { role: "tool", tool_call_id: "call_2", content: "two" },
      { role: "tool", tool_call_id: "call_1", content: "one" },
      { role: "assistant", content: "Done." },
      user("And?"),
    ];
    const answer = await askWithTools(turnpike, history, { tools: [functionTool("other_tool")] });
    expect(answer).toMatchObject({ text: "I see.", placement: "imported" });
    expect(conversationOf(await turnpike.upstream.waitForRequest(1))).toEqual([
      { role: "user", content: "Go." },
      {
        role: "assistant",
        content: calls.map(({ id }) => ({ type: "tool_use", id, name: "other_tool", input: { id } })),
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "call_2", content: "two" },
          { type: "tool_result", tool_use_id: "call_1", content: "one" },
        ],
      },
      { role: "assistant", content: "Done." },
      { role: "user", content: "And?" },
    ]);
  });
});

describe("a client that returns a call with the defaults of its schema filled in, as Claude Code does", () => {
  const EDIT = functionTool("edit", {
    type: "object",
    properties: {
      path: { type: "string" },
      replace_all: { type: "boolean", default: false },
      changes: {
        type: "array",
        items: { type: "object", properties: { old: { type: "string" }, all: { default: false } } },
      },
    },
  });
  const shared = shareTurnpike();
  startEachTestAfresh(shared);

  test.each([
    { filled: { path: "a", replace_all: false, changes: [{ old: "x", all: false }] }, placement: "hot" },
    { filled: { path: "a", replace_all: true, changes: [{ old: "x" }] }, placement: "imported" },
    { filled: { path: "a", changes: [{ old: "x" }], more: false }, placement: "imported" },
  ])("$filled is $placement", async ({ filled, placement }) => {
    const turnpike = shared();
    const own = { path: "a", changes: [{ old: "x" }] };
    turnpike.upstream.respondWith([reply({ blocks: [toolUse("edit", own)] }), text("Edited.")]);
    const first = await askWithTools(turnpike, [user("Edit.")], { tools: [EDIT] });
    const calls = first.calls.map((call) => ({
      ...call,
      function: { name: "edit", arguments: JSON.stringify(filled) },
    }));
    const second = await askWithTools(
      turnpike,
      [user("Edit."), { ...first.message, tool_calls: calls }, ...resultsFor(first.message, () => "done")],
      { tools: [EDIT] },
    );
    expect(second.placement).toBe(placement);
    const [, call] = conversationOf(await turnpike.upstream.waitForRequest(2));
    const input = placement === "hot" ? own : filled;
    expect(call?.content).toMatchObject([{ type: "tool_use", name: "edit", input }]);
  });
});

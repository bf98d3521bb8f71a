import { describe, expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { functionTool } from "./tool-chat.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const LOOK = functionTool("look", { type: "object", properties: {} });
const MODELS = ["sonnet", "claude-sonnet-4-5", "claude-haiku-4-5"];

async function post(body: object) {
  const response = await shared().post(body);
  const answer = await response.text();
  expect(response.status, answer).toBe(200);
  return JSON.parse(answer) as {
    choices: { message: { content: string | null; tool_calls?: { id: string }[] } }[];
  };
}

describe("a text block of white space in the model's answer", () => {
  test.each(MODELS)("before a call is no broken connection: %s", async (model) => {
    const call = toolUse("look", {}, { id: "toolu_1" });
    shared().upstream.respondWith([reply({ blocks: [textBlock("\n\n"), call] }), text("Seen.")]);
    const asked = { model, messages: [user("Look.")], tools: [LOOK] };
    const [choice] = (await post(asked)).choices;
    expect(choice?.message.tool_calls).toMatchObject([{ function: { name: "look" } }]);
    const [{ id: call_id } = { id: "" }] = choice?.message.tool_calls ?? [];
    const messages = [
      ...asked.messages,
      choice?.message,
      { role: "tool", tool_call_id: call_id, content: "x" },
    ];
    const [answer] = (await post({ ...asked, messages })).choices;
    expect(answer?.message.content).toBe("Seen.");
  });

  test.each(["sonnet", "claude-code"])(
    "before a thought that is bound to it leaves the thought out: %s",
    async (model) => {
      const { upstream } = shared();
      const blocks = [textBlock("\n\n"), thinking("Hm."), textBlock("Yes.")];
      upstream.respondWith([reply({ blocks }), text("Fine."), text("Good.")]);
      const messages: object[] = [user(`Is it? ${model}`)];
      for (const words of ["And then?", "So?", ""]) {
        const [choice] = (await post({ model, messages })).choices;
        messages.push({ role: "assistant", content: choice?.message.content }, user(words));
      }
      expect(messages.at(-2)).toMatchObject({ content: "Good." });
      expect(upstream.requests.flatMap(({ rejection }) => rejection ?? [])).toEqual([]);
      expect(upstream.requests).toHaveLength(3);
    },
  );

  test("before a thought lets the model be asked once more for the call that it has not made", async () => {
    const { upstream } = shared();
    const silent = [textBlock("\n\n"), thinking("Hm."), textBlock("No.")];
    upstream.respondWith([reply({ blocks: silent }), reply({ blocks: [toolUse("look", {})] })]);
    const asked = { model: "sonnet", tools: [LOOK], tool_choice: "required", messages: [user("Look!")] };
    const [choice] = (await post(asked)).choices;
    expect(choice?.message.tool_calls).toMatchObject([{ function: { name: "look" } }]);
    expect(upstream.requests.flatMap(({ rejection }) => rejection ?? [])).toEqual([]);
    expect(upstream.requests).toHaveLength(2);
  });

  test("after words is no broken connection", async () => {
    shared().upstream.respondWith(reply({ blocks: [textBlock("Hello"), textBlock("\n")] }));
    const [choice] = (await post({ model: "sonnet", messages: [user("Hi")] })).choices;
    expect(choice?.message.content?.trim()).toBe("Hello");
  });

  test("before a tool of Claude Code's own lets it go on, and the model is asked once for each", async () => {
    const { upstream } = shared();
    const call = toolUse("Bash", { command: "echo done", description: "Say it" });
    upstream.respondWith([reply({ blocks: [textBlock("\n\n"), call] }), text("It is done.")]);
    const [choice] = (await post({ model: "claude-code", messages: [user("Do it.")] })).choices;
    expect(choice?.message.content).toContain("It is done.");
    expect(upstream.requests).toHaveLength(2);
  });
});

describe("an answer of white space in a history", () => {
  const calls = [{ id: "c1", type: "function", function: { name: "look", arguments: "{}" } }];
  const result = { role: "tool", tool_call_id: "c1", content: "x" };
  const histories = {
    "before a call": [user("A"), { role: "assistant", content: "\n\n", tool_calls: calls }, result],
    "beside words": [
      user("A"),
      { role: "assistant", content: [" ", "B"].map((part) => ({ type: "text", text: part })) },
      user("C"),
    ],
    alone: [user("A"), { role: "assistant", content: " \n" }, user("C")],
    "at the end": [user("A"), { role: "assistant", content: "  " }],
  };
  test.each(
    MODELS.flatMap((model) =>
      Object.entries(histories).map(([name, messages]) => ({ model, name, messages })),
    ),
  )("$name is left out: $model", async ({ model, messages }) => {
    shared().upstream.respondWith(text("Fine."));
    const [choice] = (await post({ model, messages, tools: [LOOK] })).choices;
    expect(choice?.message.content).toBe("Fine.");
    const said = conversationOf(await shared().upstream.waitForRequest(1));
    expect(JSON.stringify(said)).not.toMatch(/"\s*(\\n)*\s*"(?=[,}])|Continue your last message/);
    expect(shared().upstream.requests).toHaveLength(1);
  });

  test("is not made up for by words that nobody said", async () => {
    shared().upstream.respondWith(text("Fine."));
    await post({ model: "claude-code", messages: histories.alone });
    expect(JSON.stringify(conversationOf(await shared().upstream.waitForRequest(1)))).not.toContain(
      "No response",
    );
  });
});

test.each([
  ["one", [" "]],
  ["two", ["", "\n\n"]],
  ["one beside words", ["  ", "Be Ada."]],
])("system text of white space is none: %s", async (_, texts) => {
  shared().upstream.respondWith(text("Fine."));
  const system = texts.map((content) => ({ role: "system", content }));
  await post({ model: "sonnet", messages: [...system, user("Hi"), { role: "system", content: " \n " }] });
  const request = await shared().upstream.waitForRequest(1);
  expect(systemPromptOf(request).trim()).toBe(texts.includes("Be Ada.") ? "Be Ada." : "");
  expect(conversationOf(request)).toEqual([user("Hi")]);
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { ChatCompletionMessageParam } from "openai/resources";
import { expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import type { MessagesBody } from "../../src/demo/messages-body.ts";
import { conversationOf, toolNamesOf } from "../upstream/read-request.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { askWithTools, functionTool, resultsFor, WEATHER } from "./tool-chat.ts";

/** A profile that has both: Claude Code's own tools and the client's. */
const shared = shareTurnpike({
  configFile: { profiles: { both: { builtinTools: "on" } }, models: { both: { profile: "both" } } },
});

function said({ messages }: MessagesBody): string {
  return JSON.stringify(messages.findLast((message) => message.role !== "system"));
}

test("Claude works with its own tools and then calls the client's, in one answer or in several", async () => {
  const turnpike = shared();
  const { upstream, workspace } = turnpike;
  upstream.clear();
  const file = join(workspace, "made.txt");
  upstream.respondWith([
    reply({
      blocks: [
        textBlock("First a file."),
        toolUse("Write", { file_path: file, content: "hello\n" }, { id: "toolu_w" }),
      ],
    }),
    reply({
      blocks: [
        textBlock("Now both."),
        toolUse("get_weather", { city: "Oslo" }, { id: "toolu_c1" }),
        toolUse("Read", { file_path: file }, { id: "toolu_own" }),
        toolUse("get_weather", { city: "Bergen" }, { id: "toolu_c2" }),
      ],
    }),
    text("Snow in both."),
  ]);
  const first = await askWithTools(turnpike, [user("Go.")], { model: "both" });
  expect(first.text).toBe("First a file.\n\nNow both.");
  expect(first.calls.map((call) => call.id)).toEqual(["toolu_c1", "toolu_c2"]);
  expect(await readFile(file, "utf8")).toBe("hello\n");
  expect(toolNamesOf(await upstream.waitForRequest(1))).toEqual(
    expect.arrayContaining(["Bash", "Write", "get_weather"]),
  );

  const results = resultsFor(first.message, () => "snow");
  const second = await askWithTools(turnpike, [user("Go."), first.message, ...results], { model: "both" });
  expect(second).toMatchObject({ text: "Snow in both.", placement: "hot" });
  const last = conversationOf(await upstream.waitForRequest(3)).at(-1)?.content;
  const ids = typeof last === "string" ? [] : last?.map((block) => block["tool_use_id"]);
  expect(ids?.toSorted()).toEqual(["toolu_c1", "toolu_c2", "toolu_own"]);

  // The same after the process is gone.
  await turnpike.fetch(`/conversations/${first.conversation}?mode=evict`, { method: "DELETE" });
  upstream.respondWith(text("Warmer."));
  const third = await askWithTools(
    turnpike,
    [user("Go."), first.message, ...results, second.message, user("And now?")],
    { model: "both" },
  );
  expect(third).toMatchObject({ text: "Warmer.", placement: "resumed" });
});

test("a client tool must not have the name of one of Claude Code's own", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  const error = await askWithTools(turnpike, [user("x")], {
    model: "both",
    tools: [WEATHER, functionTool("Bash")],
  }).catch((thrown) => thrown);
  expect(error).toMatchObject({ status: 400, param: "tools", message: expect.stringContaining("'Bash'") });
  expect(turnpike.upstream.requests).toEqual([]);
});

/** The main agent sends a sub-agent out, which asks the client twice at once. */
function delegate(body: MessagesBody, alongside: readonly ReturnType<typeof toolUse>[] = []) {
  const isSubagent = JSON.stringify(body.messages[0]).includes("SUBTASK");
  if (isSubagent && said(body).includes("tool_result"))
    return text(
      `sub heard ${said(body)
        .match(/rain-\w+/g)
        ?.join()}`,
    );
  if (isSubagent) {
    return reply({
      blocks: ["Rome", "Oslo"].map((city) => toolUse("get_weather", { city }, { id: `toolu_sub_${city}` })),
    });
  }
  if (said(body).includes("sub heard") || said(body).includes("thanks")) return text("All done.");
  const task = { description: "weather", prompt: "SUBTASK", subagent_type: "general-purpose" };
  return reply({
    blocks: [textBlock("I send someone."), toolUse("Agent", task, { id: "toolu_agent" }), ...alongside],
  });
}

test("calls of a sub-agent reach the client, and their results the sub-agent", async () => {
  const turnpike = shared();
  const { upstream } = turnpike;
  upstream.clear();
  upstream.respondWith(({ body }) => delegate(body));
  const messages: ChatCompletionMessageParam[] = [user("Delegate.")];
  let answer = await askWithTools(turnpike, messages, { model: "both" });
  const cities: string[] = [];
  expect(answer.text).toBe("I send someone.");
  while (answer.calls.length > 0) {
    expect(answer.finishReason).toBe("tool_calls");
    const results = resultsFor(answer.message, (call) => {
      const { city } = JSON.parse(call.function.arguments) as { city: string };
      cities.push(city);
      return `rain-${city}`;
    });
    messages.push(answer.message, ...results);
    answer = await askWithTools(turnpike, messages, { model: "both" });
    expect(answer.placement).toBe("hot");
  }
  expect(cities.toSorted()).toEqual(["Oslo", "Rome"]);
  expect(answer.text).toBe("All done.");
  const heard = upstream.requests.map(({ body }) => said(body)).find((last) => last.includes("sub heard"));
  expect(heard).toContain("rain-Rome");
  expect(heard).toContain("rain-Oslo");

  // When the process is gone, the record still makes a valid history.
  await turnpike.fetch(`/conversations/${answer.conversation}?mode=evict`, { method: "DELETE" });
  const last = await askWithTools(turnpike, [...messages, answer.message, user("thanks")], { model: "both" });
  expect(last).toMatchObject({ placement: "resumed", text: "All done." });
});

test("Claude's own call beside a sub-agent's is answered in the same round", async () => {
  const turnpike = shared();
  const { upstream } = turnpike;
  upstream.clear();
  const own = toolUse("get_weather", { city: "Main" }, { id: "toolu_main" });
  upstream.respondWith(({ body }) => delegate(body, [own]));
  const messages: ChatCompletionMessageParam[] = [user("Delegate, and look yourself.")];
  let answer = await askWithTools(turnpike, messages, { model: "both" });
  const ids: string[] = [];
  while (answer.calls.length > 0) {
    ids.push(...answer.calls.map((call) => call.id));
    messages.push(answer.message, ...resultsFor(answer.message, (call) => `rain-${call.id}`));
    answer = await askWithTools(turnpike, messages, { model: "both" });
  }
  expect(ids.toSorted()).toEqual(["toolu_main", "toolu_sub_Oslo", "toolu_sub_Rome"]);
  expect(answer.text).toBe("All done.");
  const last = upstream.requests.at(-1);
  expect(last && said(last.body)).toContain("rain-toolu_main");
});

test("a name that Claude Code keeps to itself is refused", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  const options = { tools: [functionTool("ToolSearch")], model: "both" };
  await expect(askWithTools(turnpike, [user("x")], options)).rejects.toMatchObject({
    status: 400,
    param: "tools",
    message: expect.stringContaining("ToolSearch"),
  });
  expect(turnpike.upstream.requests).toEqual([]);
});

import type { ChatCompletionMessageParam } from "openai/resources";
import { describe, expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { ask, assistant, system, user } from "./ask.ts";
import { runningProcessIds } from "./claude-processes.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { OTHER_API_KEY } from "./start-turnpike.ts";
import { askWithTools, resultsFor, WEATHER } from "./tool-chat.ts";

const FLAGS = { "sessions.maxSessions": "4" };

describe("on workers", () => {
  const shared = shareTurnpike({ flags: FLAGS });
  startEachTestAfresh(shared);

  const echo = () => {
    const { upstream } = shared();
    upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
  };
  const lastSent = () => {
    const request = shared().upstream.requests.at(-1);
    return request && conversationOf(request);
  };

  test("many new conversations share a process, and all go on", async () => {
    echo();
    const texts = Array.from({ length: 12 }, (_, index) => `hello ${index}`);
    for (const each of texts) expect((await ask(shared(), each)).text).toBe(`re: ${each}`);
    expect(await runningProcessIds()).toHaveLength(1);
    const messages = [user("hello 3"), assistant("re: hello 3"), user("and now?")];
    expect(await ask(shared(), messages)).toMatchObject({ placement: "hot", text: "re: and now?" });
    expect(lastSent()).toEqual(messages);
    // A history that was edited, and one that nobody has seen.
    const edited = [user("hello 3"), assistant("re: hello 3"), user("or then?")];
    expect(await ask(shared(), edited)).toMatchObject({ placement: "resumed" });
    expect(lastSent()).toEqual(edited);
    const foreign = [user("a"), assistant("b"), user("c"), assistant("d"), user("e")];
    expect(await ask(shared(), foreign)).toMatchObject({ placement: "imported" });
    expect(lastSent()).toEqual(foreign);
    expect(await runningProcessIds()).toHaveLength(1);
  });

  test("an answer that is asked for anew, and a question that is edited, keep the thinking before them", async () => {
    const { upstream } = shared();
    upstream.respondWith(({ body }) =>
      reply({
        blocks: [thinking(`Thought of ${body.messages.length}.`), textBlock(`${body.messages.length}`)],
      }),
    );
    const talk = [user("one"), assistant("1"), user("two"), assistant("3"), user("three")];
    for (const length of [1, 3, 5]) await ask(shared(), talk.slice(0, length));
    const thoughtOf = (said: ReturnType<typeof lastSent>) =>
      (JSON.stringify(said).match(/"thinking":"[^"]*"/g) ?? []).map((each) => each.slice(12, -1));
    const hot = lastSent();
    expect(thoughtOf(hot)).toEqual(["Thought of 1.", "Thought of 3."]);
    await ask(shared(), talk);
    expect(lastSent()).toEqual(hot);
    await ask(shared(), [...talk.slice(0, 2), user("or two?")]);
    expect(lastSent()?.slice(0, 2)).toEqual(hot?.slice(0, 2));
    await ask(shared(), [...talk.slice(0, 4), user("or three?")]);
    expect(lastSent()?.slice(0, 4)).toEqual(hot?.slice(0, 4));
    // Under another system text it no longer holds.
    await ask(shared(), [system("Be brief."), ...talk]);
    expect(thoughtOf(lastSent())).toEqual([]);
  });

  test("thinking that the API takes no longer is left out, and the turn goes on", async () => {
    const { upstream } = shared();
    const refusal =
      "messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different account.";
    upstream.respondWith(({ body }) =>
      JSON.stringify(body.messages).includes("An old thought.")
        ? httpError(400, { type: "invalid_request_error", message: refusal })
        : reply({ blocks: [thinking("An old thought."), textBlock("Yes.")] }),
    );
    const talk = [user("one"), assistant("Yes."), user("two"), assistant("Yes."), user("three")];
    await ask(shared(), talk.slice(0, 1));
    for (const length of [3, 5]) {
      expect(await ask(shared(), talk.slice(0, length))).toMatchObject({ placement: "hot", text: "Yes." });
      expect(JSON.stringify(lastSent())).not.toContain("thought");
    }
  });

  test("a named conversation goes on, hot and from the record, with the system text that it was given", async () => {
    echo();
    const named = { conversation: "team/notes" };
    await ask(shared(), [system("Be brief."), user("one")], named);
    expect(await ask(shared(), "two", named)).toMatchObject({ placement: "hot" });
    await shared().fetch(`/conversations/${named.conversation}?mode=evict`, { method: "DELETE" });
    expect(await ask(shared(), "three", named)).toMatchObject({ placement: "resumed" });
    expect(lastSent()?.filter(({ role }) => role === "user")).toEqual([
      user("one"),
      user("two"),
      user("three"),
    ]);
    expect(shared().upstream.requests.map(systemPromptOf)).toEqual(["Be brief.", "Be brief.", "Be brief."]);
  });

  test("rounds of tools: calls are the client's, and their results come back natively", async () => {
    const { upstream } = shared();
    upstream.respondWith([
      reply({
        blocks: [
          toolUse("get_weather", { city: "Rome" }, { id: "toolu_a" }),
          toolUse("get_weather", { city: "Ulm" }, { id: "toolu_b" }),
        ],
      }),
      reply({ blocks: [toolUse("fly", { to: "the moon" })] }),
      text("Sunny in both."),
    ]);
    const messages: ChatCompletionMessageParam[] = [user("Weather?")];
    const called = await askWithTools(shared(), messages, { tools: [WEATHER], model: "claude-code" });
    expect(called).toMatchObject({ finishReason: "tool_calls" });
    messages.push(called.message, ...resultsFor(called.message, (_, index) => `sun ${index}`));
    const answer = await askWithTools(shared(), messages, { tools: [WEATHER], model: "claude-code" });
    // A tool that nobody offered is no matter of the client's: the model is told so.
    expect(answer).toMatchObject({ text: "Sunny in both.", placement: "hot", finishReason: "stop" });
    const results = lastSent()?.flatMap(({ content }) => (typeof content === "string" ? [] : content));
    expect(results?.filter(({ type }) => type === "tool_result")).toMatchObject([
      { tool_use_id: "toolu_a", content: "sun 0" },
      { tool_use_id: "toolu_b", content: "sun 1" },
      { is_error: true },
    ]);
  });

  test("a model that calls nothing but what nobody offered does not end in calls", async () => {
    shared().upstream.respondWith(() => reply({ blocks: [toolUse("fly", { to: "the moon" })] }));
    const answer = await askWithTools(shared(), [user("Weather?")], {
      tools: [WEATHER],
      model: "claude-code",
    });
    expect(answer).toMatchObject({ finishReason: "stop", message: { content: "" } });
    expect(answer.message).not.toHaveProperty("tool_calls");
  });

  test("two principals never share one", async () => {
    echo();
    await ask(shared(), "mine");
    await ask(shared(), "theirs", { apiKey: OTHER_API_KEY });
    await ask(shared(), "mine again");
    expect(await runningProcessIds()).toHaveLength(2);
  });

  test("an agent's turns still have sessions", async () => {
    echo();
    await ask(shared(), "work", { model: "claude-code", conversation: "agent" });
    const next = await ask(shared(), "go on", { model: "claude-code", conversation: "agent" });
    expect(next.placement).toBe("hot");
    const details: unknown = await (await shared().fetch("/conversations/agent")).json();
    expect(details).toMatchObject({ is_hot: true, session: { process_id: expect.any(Number) } });
  });
});

describe("with a personal login", () => {
  const login = { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-test" };
  const shared = shareTurnpike({ flags: FLAGS, environment: login });

  test("turns have sessions: Claude Code writes what stands before the client's text, of its own request", async () => {
    const { upstream } = shared();
    upstream.respondWith(() => text("Yes."));
    const named = { conversation: "mine" };
    await ask(shared(), [system("Be brief."), user("one")], named);
    expect(await ask(shared(), "two", named)).toMatchObject({ placement: "hot" });
    const details: unknown = await (await shared().fetch("/conversations/mine")).json();
    expect(details).toMatchObject({ session: { process_id: expect.any(Number) } });
    await ask(shared(), [system("Be long."), user("three")], { apiKey: OTHER_API_KEY });
    expect(await runningProcessIds()).toHaveLength(2);
    const blocks = upstream.requests.map(({ body }) => body.system);
    const own = [
      { text: expect.stringMatching(/^x-anthropic-billing-header: cc_version=/) },
      { text: expect.stringMatching(/^You are (?:Claude Code|a Claude agent), /) },
    ];
    expect(blocks).toMatchObject(
      ["Be brief.", "Be brief.", "Be long."].map((said) => [...own, { text: said }]),
    );
  });
});

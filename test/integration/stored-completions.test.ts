import { join } from "node:path";

import type OpenAI from "openai";
import type { ChatCompletionMessageParam } from "openai/resources";
import { describe, expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { text } from "../../src/demo/build-reply.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { system, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { makeFolder, OTHER_API_KEY, startTurnpike } from "./start-turnpike.ts";

function create(client: OpenAI, messages: ChatCompletionMessageParam[], metadata = {}) {
  return client.chat.completions.create({ model: "sonnet", messages, store: true, metadata });
}

describe("stored completions", () => {
  const shared = shareTurnpike();
  startEachTestAfresh(shared);

  test("are kept by every method of the official client, for their own key", async () => {
    const { openai, upstream, openaiFor } = shared();
    upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
    const { completions } = openai.chat;

    const asked = ["one", "two", "three"];
    const answers: OpenAI.ChatCompletion[] = [];
    for (const [index, question] of asked.entries()) {
      const messages = [system("Be brief."), user(question)];
      answers.push(await create(openai, messages, { number: String(index) }));
    }
    const ids = answers.map(({ id }) => id);

    const listed = await Array.fromAsync(completions.list({ limit: 1 }));
    expect(listed.map(({ id }) => id)).toEqual(ids);
    const newest = await completions.list({ order: "desc", limit: 2 });
    expect(newest.data.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(newest.has_more).toBe(true);
    expect((await completions.list({ metadata: { number: "1" } })).data.map(({ id }) => id)).toEqual([
      ids[1],
    ]);
    expect((await completions.list({ model: "opus" })).data).toEqual([]);

    const [first = ""] = ids;
    expect(await completions.retrieve(first)).toEqual({ ...answers[0], metadata: { number: "0" } });
    expect(await completions.update(first, { metadata: { mark: "good" } })).toMatchObject({
      metadata: { mark: "good" },
    });
    const messages = await Array.fromAsync(completions.messages.list(first, { limit: 1 }));
    expect(messages).toMatchObject([
      { id: `${first}-0`, role: "system", content: "Be brief." },
      { id: `${first}-1`, role: "user", content: "one" },
    ]);

    const other = openaiFor(OTHER_API_KEY).chat.completions;
    expect((await other.list()).data).toEqual([]);
    await expect(other.retrieve(first)).rejects.toMatchObject({ status: 404 });

    for await (const { id } of completions.list({ limit: 2 })) {
      expect(await completions.delete(id)).toEqual({
        object: "chat.completion.deleted",
        id,
        deleted: true,
      });
    }
    await expect(completions.retrieve(first)).rejects.toMatchObject({ status: 404 });
    expect((await completions.list()).data).toEqual([]);
  });

  test("hold what a stream said, and nothing of an answer that failed", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(text("streamed words"));
    const stream = openai.chat.completions.stream({ model: "sonnet", messages: [user("hi")], store: true });
    const final = await stream.finalChatCompletion();
    const { completions } = openai.chat;
    const stored = await completions.retrieve(final.id);
    expect(stored.choices[0]?.message.content).toBe("streamed words");
    expect(stored.choices[0]?.finish_reason).toBe("stop");
    expect(stored.usage?.completion_tokens).toBeGreaterThan(0);

    upstream.clear();
    upstream.respondWith(httpError(400));
    await expect(create(openai, [user("fail")])).rejects.toThrow();
    expect((await completions.list()).data.map(({ id }) => id)).toEqual([final.id]);
  });

  test("hold the client's calls and their results", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(text("It is warm."));
    const messages: ChatCompletionMessageParam[] = [
      user("How is the weather?"),
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "call_1", content: "21 °C" },
    ];
    const { id } = await openai.chat.completions.create({
      model: "sonnet",
      store: true,
      messages,
      tools: [{ type: "function", function: { name: "weather", parameters: { type: "object" } } }],
    });
    const stored = await Array.fromAsync(openai.chat.completions.messages.list(id));
    expect(stored).toMatchObject(messages);
  });
});

test("stored completions outlive a restart, unless nothing is to be kept", async () => {
  const upstream = await startUpstream();
  upstream.respondWith(text("an answer"));
  const dataDir = join(await makeFolder(), "data");
  const before = await startTurnpike({ upstream, dataDir });
  const answer = await create(before.openai, [user("hi")]);
  await before.stop();

  const after = await startTurnpike({ upstream, dataDir });
  const { completions } = after.openai.chat;
  expect(await completions.retrieve(answer.id)).toEqual({ ...answer, metadata: {} });
  await after.stop();

  const none = await startTurnpike({ upstream, dataDir, flags: { retention: "none" } });
  const response = await none.post({ model: "sonnet", messages: [user("hi")], store: true });
  expect(response.status).toBe(200);
  expect(response.headers.get("x-turnpike-ignored")).toBe("store");
  expect((await none.openai.chat.completions.list()).data).toEqual([]);
});

import { join } from "node:path";

import type OpenAI from "openai";
import { describe, expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { ask, user } from "./ask.ts";
import { respond } from "./respond.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { makeFolder, startTurnpike, type Turnpike } from "./start-turnpike.ts";

/** Answers each prompt with the same words before it. */
function echo({ upstream }: Pick<Turnpike, "upstream">): void {
  upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
}

/** What the model was told in the newest request, by person and by Claude. */
function lastTold({ upstream }: Pick<Turnpike, "upstream">): readonly unknown[] {
  const request = upstream.requests.at(-1);
  const messages: readonly unknown[] = request ? conversationOf(request) : [];
  return messages.map((message) => Object(message).content);
}

async function textsIn(openai: OpenAI, id: string): Promise<readonly unknown[]> {
  const items = await Array.fromAsync(openai.conversations.items.list(id, { order: "asc" }));
  return items.map((item) => (item.type === "message" ? Object(item.content[0]).text : item.type));
}

describe("with one server", () => {
  const shared = shareTurnpike({ spares: 1 });
  startEachTestAfresh(shared);

  test("responses and chat completions share a conversation and its hot session", async () => {
    const turnpike = shared();
    const { openai } = turnpike;
    echo(turnpike);
    const { id } = await openai.conversations.create();
    const first = await respond(turnpike, "one", { conversation: id });
    const second = await ask(turnpike, "two", { conversation: id });
    const third = await respond(turnpike, "three", { conversation: id });
    const fourth = await ask(turnpike, "four", { conversation: id });
    const named = { conversation: id };
    expect([first, second, third, fourth]).toMatchObject([
      { ...named, placement: "spare" },
      { ...named, placement: "hot" },
      { ...named, placement: "hot" },
      { ...named, placement: "hot" },
    ]);
    const told = ["one", "re: one", "two", "re: two", "three", "re: three", "four"];
    expect(lastTold(turnpike)).toEqual(told);
    expect(await textsIn(openai, id)).toEqual([...told, "re: four"]);
    const shown = await (await turnpike.fetch(`/conversations/${id}`)).json();
    expect(shown).toMatchObject({ id, name: id, turns: { length: 4 } });
  });

  test("what was removed is forgotten, what was added is known", async () => {
    const turnpike = shared();
    const { conversations } = turnpike.openai;
    echo(turnpike);
    const { id } = await conversations.create({ items: [user("first of all")] });
    await respond(turnpike, "secret", { conversation: id });
    const items = await Array.fromAsync(conversations.items.list(id, { order: "asc" }));
    for (const item of items.slice(1)) {
      await conversations.items.delete(item.id ?? "", { conversation_id: id });
    }
    await conversations.items.create(id, {
      items: [user("by the way"), { role: "assistant", content: "Noted." }],
    });
    const after = await respond(turnpike, "two", { conversation: id });
    expect(after.placement).toBe("imported");
    expect(JSON.stringify(lastTold(turnpike))).not.toContain("secret");
    expect(userTexts((await turnpike.upstream.waitForRequest(2)).body)).toEqual([
      "first of all\nby the way",
      "two",
    ]);
    expect((await ask(turnpike, "three", { conversation: id })).placement).toBe("hot");

    for (const item of await Array.fromAsync(conversations.items.list(id))) {
      await conversations.items.delete(item.id ?? "", { conversation_id: id });
    }
    await ask(turnpike, "from the beginning", { conversation: id });
    expect(lastTold(turnpike)).toEqual(["from the beginning"]);
  });

  test("instructions are those of the request alone", async () => {
    const turnpike = shared();
    echo(turnpike);
    const { id } = await turnpike.openai.conversations.create();
    await respond(turnpike, "one", { conversation: id, instructions: "Speak like a pirate." });
    await respond(turnpike, "two", { conversation: id });
    expect(JSON.stringify(turnpike.upstream.requests.at(-1)?.body)).not.toContain("pirate");
  });

  test("a chat's conversation is seen and continued by responses", async () => {
    const turnpike = shared();
    const { openai } = turnpike;
    echo(turnpike);
    const { conversation } = await ask(turnpike, "one");
    const id = conversation ?? "";
    expect(await textsIn(openai, id)).toEqual(["one", "re: one"]);
    const second = await respond(turnpike, "two", { conversation: id });
    expect(second.placement).toBe("hot");
    expect(await textsIn(openai, id)).toEqual(["one", "re: one", "two", "re: two"]);
  });

  test("a chain that branches off a conversation leaves it alone", async () => {
    const turnpike = shared();
    const { openai } = turnpike;
    echo(turnpike);
    const { id } = await openai.conversations.create();
    const { body } = await respond(turnpike, "one", { conversation: id });
    const branch = await respond(turnpike, "elsewhere", { previous_response_id: body.id });
    expect(branch.conversation).not.toBe(id);
    expect(await textsIn(openai, id)).toEqual(["one", "re: one"]);
    await respond(turnpike, "two", { conversation: id });
    expect(lastTold(turnpike)).toEqual(["one", "re: one", "two"]);
  });

  test("two at once run one after the other, also in the background", async () => {
    const turnpike = shared();
    const { openai, upstream } = turnpike;
    const gate = Promise.withResolvers<void>();
    upstream.respondWith(async ({ body }) => {
      if (userTexts(body).at(-1) === "one") await gate.promise;
      return text(`re: ${userTexts(body).at(-1)}`);
    });
    const { id } = await openai.conversations.create();
    const first = respond(turnpike, "one", { conversation: id });
    await upstream.waitForRequest(1);
    const second = await openai.responses.create({
      model: "sonnet",
      conversation: id,
      input: "two",
      background: true,
    });
    expect(second.status).toBe("queued");
    gate.resolve();
    await first;
    await upstream.waitForRequest(2);
    expect(lastTold(turnpike)).toEqual(["one", "re: one", "two"]);
    await expect.poll(() => textsIn(openai, id)).toEqual(["one", "re: one", "two", "re: two"]);
  });

  test("deleting one forgets its turns and ends its session", async () => {
    const turnpike = shared();
    const { openai } = turnpike;
    echo(turnpike);
    const { id } = await openai.conversations.create();
    await respond(turnpike, "one", { conversation: id });
    await openai.conversations.delete(id);
    expect((await turnpike.fetch(`/conversations/${id}`)).status).toBe(404);
    await expect(respond(turnpike, "two", { conversation: id })).rejects.toMatchObject({ status: 404 });
    expect((await ask(turnpike, "three", { conversation: id })).placement).not.toBe("hot");
    expect(lastTold(turnpike)).toEqual(["three"]);
  });
});

test("a conversation and a file outlive the server", async () => {
  const dataDir = join(await makeFolder(), "data");
  const upstream = await startUpstream();
  const options = { dataDir, upstream, flags: { workspace: await makeFolder() } };
  echo({ upstream });
  const before = await startTurnpike(options);
  const { id } = await before.openai.conversations.create({ metadata: { topic: "x" } });
  await respond(before, "one", { conversation: id });
  const file = await before.openai.files.create({
    file: new File([Buffer.from("some notes")], "../notes.txt"),
    purpose: "user_data",
  });
  await before.stop();

  const after = await startTurnpike(options);
  expect((await after.openai.conversations.retrieve(id)).metadata).toEqual({ topic: "x" });
  const input = [{ role: "user", content: [{ type: "input_file", file_id: file.id }] }] as const;
  const second = await respond(after, structuredClone(input) as never, { conversation: id });
  expect(second.placement).toBe("resumed");
  const third = await respond(after, "three", { conversation: id });
  expect(third.placement).toBe("hot");
  expect(JSON.stringify(lastTold(after))).toContain("some notes");
  expect(file.filename).toBe("notes.txt");
});

test("30 MB are uploaded and come back", async () => {
  const { openai } = await startTurnpike({ spares: 1, waitUntilReady: false });
  const bytes = Buffer.alloc(30 * 1024 * 1024, "0123456789abcdef\n");
  const file = await openai.files.create({ file: new File([bytes], "large.txt"), purpose: "user_data" });
  expect(file.bytes).toBe(bytes.length);
  const content = Buffer.from(await (await openai.files.content(file.id)).arrayBuffer());
  expect(content.equals(bytes)).toBe(true);
});

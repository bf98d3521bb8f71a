import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ConversationDirectory } from "../../src/core/ports/conversation-directory.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { conversation, newTurn, outcome } from "../conformance/store-fixtures.ts";
import { expectErrorBody } from "../schema/expect-openai.ts";
import {
  JSON_HEADERS,
  KEY,
  say,
  sendRaw,
  startScriptedServer,
  turnStart,
  type RawAnswer,
  type ScriptedServer,
  type TurnScript,
} from "./scripted-server.ts";

let store: Store;
let server: ScriptedServer;
let client: OpenAI;

/** The conversations on record, without live sessions. */
const directory: ConversationDirectory = {
  list: async () => [],
  find: async (principalId, nameOrId) => {
    const found = await store.findConversation(principalId, nameOrId);
    if (!found) return undefined;
    const turns = await store.listTurns(principalId, found.id);
    return { ...found, isHot: false, turnCount: 0, turns };
  },
  remove: async (principalId, nameOrId) => {
    const found = await store.findConversation(principalId, nameOrId);
    return found ? store.deleteConversation(principalId, found.id) : false;
  },
};

async function start(script: TurnScript = say("hello"), retention: "keep" | "none" = "keep"): Promise<void> {
  store = await openStore({
    location: { type: "sqlite", file: ":memory:" },
    retention: { content: retention },
  });
  const { items, files, responses } = store;
  server = await startScriptedServer(script, { items, files, responses, conversations: directory });
  client = clientWith(KEY);
}

function clientWith(apiKey: string): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

function send(method: string, path: string, body?: unknown): Promise<RawAnswer> {
  return sendRaw(server, {
    method,
    path: `/v1/conversations${path}`,
    headers: JSON_HEADERS,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

const user = (text: string) => ({ type: "message", role: "user", content: text }) as const;
/** The interface takes an id there, the package's types do not know. */
const withId = (text: string, id: string): ReturnType<typeof user> => Object.assign(user(text), { id });

async function textsIn(id: string): Promise<readonly unknown[]> {
  const items = await Array.fromAsync(client.conversations.items.list(id, { order: "asc" }));
  return items.map((item) =>
    item.type === "message" ? item.content.map((part) => "text" in part && part.text).join() : item.type,
  );
}

/** What the last turn was given to read. */
function lastTexts(): readonly unknown[] {
  return (server.requests.at(-1)?.messages ?? []).map(
    ({ content }) => content[0] && "text" in content[0] && content[0].text,
  );
}

beforeEach(() => start());
afterEach(async () => {
  await server.close();
  await store.close();
});

test("a conversation begins with as much as a body may hold", async () => {
  const long = "word ".repeat(150_000);
  const { id } = await client.conversations.create({ items: [user(long)] });
  expect(await textsIn(id)).toEqual([long]);
  expect(await send("POST", "")).toMatchObject({ status: 200 });
});

describe("items", () => {
  test("get ids and what OpenAI's items have", async () => {
    const { id } = await client.conversations.create({
      items: [
        { role: "user", content: "hello" },
        { role: "assistant", content: "hi" },
        { type: "function_call", call_id: "c1", name: "look", arguments: "{}" },
        { type: "function_call_output", call_id: "c1", output: "sun" },
        { type: "reasoning", id: "rs_mine", summary: [] },
      ],
    });
    const page = await client.conversations.items.list(id, { order: "asc" });
    const status = "completed";
    expect(page.data).toEqual([
      {
        type: "message",
        id: expect.stringMatching(/^msg_/),
        role: "user",
        status,
        content: [{ type: "input_text", text: "hello" }],
      },
      {
        type: "message",
        id: expect.stringMatching(/^msg_/),
        role: "assistant",
        status,
        content: [{ type: "output_text", text: "hi", annotations: [], logprobs: [] }],
      },
      {
        type: "function_call",
        id: expect.stringMatching(/^fc_/),
        call_id: "c1",
        name: "look",
        arguments: "{}",
        status,
      },
      {
        type: "function_call_output",
        id: expect.stringMatching(/^fco_/),
        call_id: "c1",
        output: "sun",
        status,
      },
      { type: "reasoning", id: "rs_mine", summary: [] },
    ]);
    expect(page.last_id).toBe("rs_mine");
  });

  test("are listed page by page, newest first, also while they are deleted", async () => {
    const { id } = await client.conversations.create({ items: ["1", "2", "3"].map(user) });
    await client.conversations.items.create(id, { items: ["4", "5"].map(user) });
    const newest = await client.conversations.items.list(id, { limit: 2 });
    expect(newest.data).toMatchObject([{ content: [{ text: "5" }] }, { content: [{ text: "4" }] }]);
    expect(newest.has_more).toBe(true);
    for await (const item of client.conversations.items.list(id, { limit: 1 })) {
      await client.conversations.items.delete(item.id ?? "", { conversation_id: id });
    }
    expect(await textsIn(id)).toEqual([]);
  });

  test("whose id is there already are given another", async () => {
    const { id } = await client.conversations.create({ items: [withId("1", "msg_mine")] });
    const added = await client.conversations.items.create(id, { items: [withId("2", "msg_mine")] });
    expect(added.data[0]?.id).toBe("msg_mine_2");
    expect(await textsIn(id)).toEqual(["1", "2"]);
  });
});

describe("a response in a conversation", () => {
  test("is told all that was said, and leaves its input and output", async () => {
    const { id } = await client.conversations.create({ items: [user("one")] });
    const { id: other } = await client.conversations.create({ items: [user("elsewhere")] });
    await client.responses.create({ model: "sonnet", conversation: id, input: "two" });
    expect(lastTexts()).toEqual(["one", "two"]);
    await client.responses.create({ model: "sonnet", conversation: id, input: "three", store: false });
    expect(lastTexts()).toEqual(["one", "two", "hello", "three"]);
    expect(server.requests.at(-1)).toMatchObject({ conversationName: id, isWholeHistory: true });
    expect(await textsIn(id)).toEqual(["one", "two", "hello", "three", "hello"]);
    expect(await textsIn(other)).toEqual(["elsewhere"]);
  });

  test("has left its items when its client hears of the end", async () => {
    const { id } = await client.conversations.create();
    const stream = await client.responses.create({
      model: "sonnet",
      conversation: id,
      input: "one",
      stream: true,
    });
    let output: unknown;
    for await (const event of stream) {
      if (event.type !== "response.completed") continue;
      ({ output } = event.response);
      expect(await textsIn(id)).toEqual(["one", "hello"]);
    }
    const page = await client.conversations.items.list(id, { order: "asc" });
    expect(page.data.slice(1)).toEqual(output);
  });

  test("that fails leaves nothing", async () => {
    await server.close();
    await store.close();
    await start(async function* (request) {
      yield turnStart(request);
      yield { type: "text-delta", text: "half" };
      const error = { kind: "upstream-failed", message: "It broke." } as const;
      yield {
        type: "turn-error",
        error,
        usage: {
          inputTokens: 0,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          outputTokens: 0,
          reasoningTokens: 0,
        },
        costUsd: 0,
      };
    });
    const { id } = await client.conversations.create({ items: [user("one")] });
    await expect(
      client.responses.create({ model: "sonnet", conversation: id, input: "two" }),
    ).rejects.toThrow();
    expect(await textsIn(id)).toEqual(["one"]);
  });

  test("knows what was added and not what was removed", async () => {
    const { id } = await client.conversations.create({ items: [user("one"), user("secret")] });
    const [, secret] = (await client.conversations.items.list(id, { order: "asc" })).data;
    await client.conversations.items.delete(secret?.id ?? "", { conversation_id: id });
    await client.conversations.items.create(id, { items: [user("later")] });
    await client.responses.create({ model: "sonnet", conversation: id, input: "two" });
    expect(lastTexts()).toEqual(["one", "later", "two"]);
  });

  test("waits for the one before it", async () => {
    await server.close();
    await store.close();
    const gate = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    await start(async function* (request, signal) {
      first.resolve();
      if (server.requests.length === 1) await gate.promise;
      yield* say(`answer ${server.requests.length}`)(request, signal);
    });
    const { id } = await client.conversations.create();
    const ask = (input: string) => client.responses.create({ model: "sonnet", conversation: id, input });
    const one = ask("one");
    await first.promise;
    const two = ask("two");
    const others = [
      ask("three"),
      client.chat.completions.create({
        model: `sonnet:${id}`,
        messages: [{ role: "user", content: "four" }],
      }),
    ];
    gate.resolve();
    await Promise.all([one, two, ...others]);
    const texts = await textsIn(id);
    expect(texts.slice(0, 2)).toEqual(["one", "answer 1"]);
    expect(texts.filter((_, index) => index % 2 === 1)).toEqual([
      "answer 1",
      "answer 2",
      "answer 3",
      "answer 4",
    ]);
    // Each knew all that came before it.
    expect(server.requests.map(({ messages }) => messages.length)).toEqual([1, 3, 5, 7]);
  });

  test("is counted with all that was said", async () => {
    const { id } = await client.conversations.create({ items: [user("word ".repeat(1_000))] });
    const { input_tokens } = await client.responses.inputTokens.count({
      model: "sonnet",
      conversation: id,
      input: "x",
    });
    expect(input_tokens).toBeGreaterThan(500);
  });
});

const chat = (id: string, messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: "sonnet", messages }, { headers: { "X-Conversation-ID": id } });

const history = (...texts: readonly string[]): OpenAI.ChatCompletionMessageParam[] =>
  texts.map((content) => ({
    role: content === "hello" ? "assistant" : "user",
    content,
  }));

describe("a chat completion in a conversation", () => {
  test("is told all that was said, and its turn is among the items", async () => {
    const { id } = await client.conversations.create({ items: [user("one")] });
    await chat(id, [
      { role: "system", content: "Be brief." },
      { role: "user", content: "two" },
    ]);
    expect(lastTexts()).toEqual(["one", "two"]);
    expect(server.requests.at(-1)?.systemText).toBe("Be brief.");
    expect(await textsIn(id)).toEqual(["one", "two", "hello"]);
    await client.responses.create({ model: "sonnet", conversation: id, input: "three" });
    expect(lastTexts()).toEqual(["one", "two", "hello", "three"]);
    expect(server.requests.at(-1)?.systemText).toBe("");
  });

  test("may send the whole history, which takes the place of the items when it differs", async () => {
    const { id } = await client.conversations.create({ items: [user("one")] });
    await chat(id, [{ role: "user", content: "two" }]);
    const before = (await client.conversations.items.list(id, { order: "asc" })).data;
    await chat(id, history("one", "two", "hello", "three"));
    expect(await textsIn(id)).toEqual(["one", "two", "hello", "three", "hello"]);
    expect((await client.conversations.items.list(id, { order: "asc" })).data.slice(0, 3)).toEqual(before);
    await chat(id, history("one", "other", "hello", "three"));
    expect(lastTexts()).toEqual(["one", "other", "hello", "three"]);
    expect(await textsIn(id)).toEqual(["one", "other", "hello", "three", "hello"]);
  });

  test("has one answer when its history is that of the items", async () => {
    const { id } = await client.conversations.create({ items: [user("one")] });
    const messages = [{ role: "user", content: "two" }] as const;
    const several = client.chat.completions.create({ model: `sonnet:${id}`, messages: [...messages], n: 2 });
    await expect(several).rejects.toMatchObject({ status: 400, param: "n" });
  });

  test("that names another conversation leaves these alone", async () => {
    const { id } = await client.conversations.create({ items: [user("one")] });
    await chat("notes", [{ role: "user", content: "two" }]);
    expect(lastTexts()).toEqual(["two"]);
    expect(await textsIn(id)).toEqual(["one"]);
  });
});

const record = async (name?: string) => {
  // Proof for the cast: what the server calls the first key.
  const { requests } = server;
  await client.chat.completions.create({ model: "sonnet", messages: [{ role: "user", content: "x" }] });
  const principalId = requests[0]?.principalId;
  if (!principalId) throw new Error("There was no request.");
  const recorded = conversation("conv_1", { principalId, ...(name !== undefined && { name }) });
  await store.beginTurn(recorded, newTurn("turn_1", recorded));
  await store.finishTurn("turn_1" as never, outcome({ stateHash: "state" }));
};

describe("a conversation that chat completions made", () => {
  test("is shown with what its turns said", async () => {
    await record("notes");
    for (const id of ["conv_1", "notes"]) {
      expect(await client.conversations.retrieve(id)).toEqual({
        id: "conv_1",
        object: "conversation",
        created_at: 1,
        metadata: {},
      });
      expect(await textsIn(id)).toEqual(["question of turn_1", "an answer"]);
    }
    const [first] = (await client.conversations.items.list("conv_1", { order: "asc" })).data;
    expect(await client.conversations.items.retrieve(first?.id ?? "", { conversation_id: "conv_1" })).toEqual(
      first,
    );
  });

  test("goes on as one with items when it is changed", async () => {
    await record();
    const before = (await client.conversations.items.list("conv_1", { order: "asc" })).data;
    await client.conversations.update("conv_1", { metadata: { a: "1" } });
    await client.conversations.items.create("conv_1", { items: [user("more")] });
    expect((await client.conversations.items.list("conv_1", { order: "asc" })).data.slice(0, 2)).toEqual(
      before,
    );
    expect(await textsIn("conv_1")).toEqual(["question of turn_1", "an answer", "more"]);
    expect((await client.conversations.retrieve("conv_1")).metadata).toEqual({ a: "1" });
  });

  test("goes on with responses", async () => {
    await record();
    await client.responses.create({ model: "sonnet", conversation: "conv_1", input: "two" });
    expect(lastTexts()).toEqual(["question of turn_1", "an answer", "two"]);
    expect(await textsIn("conv_1")).toEqual(["question of turn_1", "an answer", "two", "hello"]);
  });
});

describe("what is wrong", () => {
  test.each<[string, unknown, string]>([
    ["too many items", { items: Array.from({ length: 21 }, () => user("x")) }, "items"],
    ["an item of no type", { items: [{}] }, "items[0].type"],
    ["an unknown item", { items: [user("x"), { type: "magic" }] }, "items[1].type"],
    [
      "an item without its fields",
      { items: [{ type: "function_call", name: "f", arguments: "{}" }] },
      "items[0].call_id",
    ],
    ["a reference", { items: [{ type: "item_reference", id: "msg_1" }] }, "items[0].type"],
    [
      "a file that is not there",
      { items: [{ role: "user", content: [{ type: "input_file", file_id: "file-1" }] }] },
      "items[0]",
    ],
    ["items that are none", { items: "x" }, "items"],
    ["metadata that is none", { metadata: { a: 1 } }, "metadata.a"],
    ["too much metadata", { metadata: { a: "x".repeat(513) } }, "metadata.a"],
  ])("is refused: %s", async (_, body, param) => {
    const answer = await send("POST", "", body);
    expect([answer.status, expectErrorBody(answer.json).error.param]).toEqual([400, param]);
  });

  test("is refused when items are added or metadata changed", async () => {
    const { id } = await client.conversations.create();
    for (const [path, body, param] of [
      [`/${id}/items`, {}, "items"],
      [`/${id}/items`, { items: [{ type: "magic" }] }, "items[0].type"],
      [`/${id}`, {}, "metadata"],
    ] as const) {
      const answer = await send("POST", path, body);
      expect([answer.status, expectErrorBody(answer.json).error.param]).toEqual([400, param]);
    }
    for (const [query, param] of [
      ["limit=0", "limit"],
      ["limit=101", "limit"],
      ["order=up", "order"],
      ["after=none", "after"],
      ["include[]=magic", "include[0]"],
    ] as const) {
      const answer = await send("GET", `/${id}/items?${query}`);
      expect([answer.status, expectErrorBody(answer.json).error.param]).toEqual([400, param]);
    }
  });

  test("is 404: what is not there, or another key's", async () => {
    const { id } = await client.conversations.create({ items: [withId("x", "msg_1")] });
    const other = clientWith("tp-other-key").conversations;
    for (const { conversations, conversationId } of [
      { conversations: client.conversations, conversationId: "conv_none" },
      { conversations: other, conversationId: id },
    ]) {
      const conversation_id = conversationId;
      for (const call of [
        () => conversations.retrieve(conversationId),
        () => conversations.update(conversationId, { metadata: {} }),
        () => conversations.delete(conversationId),
        () => conversations.items.list(conversationId),
        () => conversations.items.create(conversationId, { items: [user("x")] }),
        () => conversations.items.retrieve("msg_1", { conversation_id }),
        () => conversations.items.delete("msg_1", { conversation_id }),
      ]) {
        await expect(call()).rejects.toMatchObject({
          status: 404,
          message: `404 Conversation with id '${conversationId}' not found.`,
        });
      }
    }
    await expect(client.conversations.items.retrieve("none", { conversation_id: id })).rejects.toMatchObject({
      status: 404,
    });
    await expect(client.conversations.items.delete("none", { conversation_id: id })).rejects.toMatchObject({
      status: 404,
    });
    const response = client.responses.create({ model: "sonnet", conversation: "conv_none", input: "x" });
    await expect(response).rejects.toMatchObject({ status: 404, param: "conversation" });
    expect(await textsIn(id)).toEqual(["x"]);
    expect(server.requests).toEqual([]);
  });

  test("is to name two conversations", async () => {
    const { id } = await client.conversations.create();
    const body = { model: "sonnet", conversation: id, input: "x" };
    const named = (name: string) => client.responses.create(body, { headers: { "X-Conversation-ID": name } });
    await expect(named("notes")).rejects.toMatchObject({ status: 400, param: "conversation" });
    expect((await named(id)).output_text).toBe("hello");
  });

  test("is everything where nothing is to be kept", async () => {
    await server.close();
    await store.close();
    await start(say("hello"), "none");
    expect((await send("POST", "", {})).status).toBe(403);
    expect((await send("GET", "/conv_1")).status).toBe(404);
  });
});

test("a conversation may be made without a body", async () => {
  expect((await send("POST", "")).status).toBe(200);
  expect((await send("POST", "", { items: null, metadata: null })).json).toMatchObject({ metadata: {} });
});

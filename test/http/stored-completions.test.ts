import OpenAI from "openai";
import type { ChatCompletionMessageParam } from "openai/resources";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { CompletionStore } from "../../src/core/ports/completion-store.ts";
import { NO_USAGE } from "../../src/core/words/usage.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import {
  expectChatCompletion,
  expectChatCompletionDeleted,
  expectErrorBody,
  expectStoredMessage,
} from "../schema/expect-openai.ts";
import {
  chatBody,
  CHAT_PATH,
  JSON_HEADERS,
  KEY,
  postChat,
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

async function start(script: TurnScript = say("hello"), completions?: CompletionStore): Promise<void> {
  server = await startScriptedServer(script, { completions: completions ?? store.completions });
  client = clientWith(KEY);
}

function clientWith(apiKey: string): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

function send(method: string, path: string, body?: string): Promise<RawAnswer> {
  return sendRaw(server, { method, path: `${CHAT_PATH}${path}`, headers: JSON_HEADERS, body });
}

const QUESTION: ChatCompletionMessageParam[] = [{ role: "user", content: "hello" }];

function create(body: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) {
  return client.chat.completions.create({ model: "sonnet", messages: QUESTION, store: true, ...body });
}

beforeEach(async () => {
  store = await openStore({
    location: { type: "sqlite", file: ":memory:" },
    retention: { content: "keep" },
  });
});
afterEach(async () => {
  await server.close();
  await store.close();
});

describe("an answer", () => {
  test("that is to be stored is found at once, as it was answered", async () => {
    await start();
    const answer = await create({ metadata: { purpose: "test" } });
    const stored = await client.chat.completions.retrieve(answer.id);
    expect(stored).toEqual({ ...answer, metadata: { purpose: "test" } });
    expect(await Array.fromAsync(client.chat.completions.list())).toEqual([stored]);
  });

  test("that was streamed is stored as one body, before the client hears of its end", async () => {
    await start(say("hel", "lo"));
    const stream = await client.chat.completions.create({
      model: "sonnet",
      messages: QUESTION,
      store: true,
      stream: true,
      stream_options: { include_usage: true },
    });
    let id = "";
    let usage: unknown;
    for await (const chunk of stream) {
      ({ id } = chunk);
      usage = chunk.usage ?? usage;
      if (!chunk.choices[0]?.finish_reason) continue;
      expect(await client.chat.completions.retrieve(id)).toMatchObject({
        object: "chat.completion",
        model: "sonnet",
        choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "hello" } }],
        metadata: {},
      });
    }
    expect((await client.chat.completions.retrieve(id)).usage).toEqual(usage);
  });

  test.each([[{}], [{ store: false }], [{ store: null }], [{ metadata: { a: "1" } }]])(
    "is not stored unless the client says so: %j",
    async (extra) => {
      await start();
      expect((await postChat(server, extra)).status).toBe(200);
      expect((await client.chat.completions.list()).data).toEqual([]);
    },
  );

  test("of several branches is stored with all of them", async () => {
    await start();
    const { id, choices } = await create({ n: 2 });
    expect(choices).toHaveLength(2);
    expect((await client.chat.completions.retrieve(id)).choices).toEqual(choices);
    expect((await client.chat.completions.messages.list(id)).data).toHaveLength(1);
  });

  test("that its client left is not stored", async () => {
    const left = Promise.withResolvers<void>();
    await start(async function* (request, signal) {
      yield turnStart(request);
      yield { type: "text-delta", text: "half an answer" };
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      const error = { kind: "cancelled", message: "The client left." } as const;
      try {
        yield { type: "turn-error", error, usage: NO_USAGE, costUsd: 0 };
      } finally {
        left.resolve();
      }
    });
    const stream = client.chat.completions.stream({ model: "sonnet", messages: QUESTION, store: true });
    stream.on("content", () => stream.abort());
    await expect(stream.done()).rejects.toThrow("aborted");
    await left.promise;
    expect((await client.chat.completions.list()).data).toEqual([]);
  });

  test.each([false, true])("that failed is not stored, stream: %s", async (stream) => {
    await start(async function* (request) {
      yield turnStart(request);
      yield { type: "text-delta", text: "half an answer" };
      throw new Error("broken");
    });
    await postChat(server, { store: true, stream });
    expect((await client.chat.completions.list()).data).toEqual([]);
  });

  test("whose store fails reaches the client all the same", async () => {
    const completions: CompletionStore = {
      isEnabled: true,
      saveCompletion: () => Promise.reject(new Error("disk full")),
      findCompletion: async () => undefined,
      listCompletions: async () => undefined,
      listMessages: async () => undefined,
      updateMetadata: async () => undefined,
      deleteCompletion: async () => false,
    };
    await start(say("hello"), completions);
    expect((await create()).choices[0]?.message.content).toBe("hello");
    expect((await postChat(server, { store: true, stream: true })).text).toContain('"finish_reason":"stop"');
    const failures = server.logLines.filter(({ event }) => event === "completion.not-stored");
    expect(failures).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({ level: "error", requestId: expect.any(String) }),
      ),
    );
  });

  test("is not stored where nothing is kept, and the client is told", async () => {
    const none = await openStore({
      location: { type: "sqlite", file: ":memory:" },
      retention: { content: "none" },
    });
    await start(say("hello"), none.completions);
    const answer = await postChat(server, { store: true });
    expect(answer.status).toBe(200);
    expect(answer.headers["x-turnpike-ignored"]).toBe("store");
    expect((await client.chat.completions.list()).data).toEqual([]);
    await none.close();
  });
});

describe("a stored completion", () => {
  test("belongs to the key that made it", async () => {
    await start();
    const { id } = await create();
    const { completions } = clientWith("tp-other-key").chat;
    expect((await completions.list()).data).toEqual([]);
    await expect(completions.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await expect(completions.update(id, { metadata: {} })).rejects.toMatchObject({ status: 404 });
    await expect(completions.messages.list(id)).rejects.toMatchObject({ status: 404 });
    await expect(completions.delete(id)).rejects.toMatchObject({ status: 404 });
    expect((await client.chat.completions.retrieve(id)).id).toBe(id);
  });

  test("gets other metadata in place of the old, or none", async () => {
    await start();
    const { id } = await create({ metadata: { a: "1", b: "2" } });
    const { completions } = client.chat;
    expect(await completions.update(id, { metadata: { b: "3" } })).toMatchObject({
      id,
      object: "chat.completion",
      metadata: { b: "3" },
    });
    expect((await completions.list({ metadata: { a: "1" } })).data).toEqual([]);
    expect((await completions.list({ metadata: { b: "3" } })).data).toHaveLength(1);
    expect(await completions.update(id, { metadata: null })).toMatchObject({ metadata: {} });
    expect(await completions.retrieve(id)).toMatchObject({ metadata: {} });
  });

  test("is deleted once", async () => {
    await start();
    const { id } = await create();
    expect(await client.chat.completions.delete(id)).toEqual({
      object: "chat.completion.deleted",
      id,
      deleted: true,
    });
    for (const answer of [
      await send("GET", `/${id}`),
      await send("GET", `/${id}/messages`),
      await send("POST", `/${id}`, '{"metadata":{}}'),
      await send("DELETE", `/${id}`),
    ]) {
      expect(answer).toMatchObject({
        status: 404,
        json: {
          error: {
            message: expect.stringContaining(`Chat completion with id '${id}' not found.`),
            type: "invalid_request_error",
            param: null,
            code: "not_found",
          },
        },
      });
    }
  });

  test("is listed in pages, by model and metadata, oldest or newest first", async () => {
    await start();
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const model = index === 3 ? "vendor/model" : "sonnet";
      ids.push((await create({ model, metadata: { even: String(index % 2 === 0), "a b&c[d]": "=é" } })).id);
    }
    const { completions } = client.chat;
    const idsOf = async (query: OpenAI.ChatCompletionListParams) =>
      (await Array.fromAsync(completions.list(query))).map(({ id }) => id);
    const all = await idsOf({});
    expect(all.toSorted()).toEqual(ids.toSorted());
    expect(await idsOf({ limit: 2 })).toEqual(all);
    expect(await idsOf({ limit: 1, order: "desc" })).toEqual(all.toReversed());
    expect(await idsOf({ model: "vendor/model" })).toEqual([ids[3]]);
    expect(await idsOf({ metadata: { even: "false" }, limit: 1 })).toHaveLength(2);
    expect(await idsOf({ metadata: { even: "false", "a b&c[d]": "=é" }, model: "sonnet" })).toEqual([ids[1]]);

    const first = await send("GET", "?limit=2&order=asc&after=&model=");
    expect(first.json).toMatchObject({
      object: "list",
      first_id: all[0],
      last_id: all[1],
      has_more: true,
    });
    expect((await send("GET", `?limit=100&after=${all[3]}`)).json).toMatchObject({
      data: [{ id: all[4] }],
      has_more: false,
    });
    expect((await send("GET", "?model=none")).json).toEqual({
      object: "list",
      data: [],
      first_id: "",
      last_id: "",
      has_more: false,
    });
  });

  test("may be deleted while the list is being paged through", async () => {
    await start();
    for (let index = 0; index < 5; index++) await create();
    const { completions } = client.chat;
    for await (const { id } of completions.list({ limit: 2 })) await completions.delete(id);
    expect((await completions.list()).data).toEqual([]);
  });

  test("has the messages that were asked, as they were sent", async () => {
    await start();
    const parts = [
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ] as const;
    const { id } = await create({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [...parts], name: "Ann" },
        { role: "assistant", content: "yes" },
        { role: "user", content: "and?" },
      ],
    });
    const sent = { content_parts: null, refusal: null };
    const expected = [
      { ...sent, id: `${id}-0`, role: "system", content: "Be brief." },
      { ...sent, id: `${id}-1`, role: "user", content: null, content_parts: parts, name: "Ann" },
      { ...sent, id: `${id}-2`, role: "assistant", content: "yes" },
      { ...sent, id: `${id}-3`, role: "user", content: "and?" },
    ];
    const { messages } = client.chat.completions;
    expect(await Array.fromAsync(messages.list(id))).toEqual(expected);
    expect(await Array.fromAsync(messages.list(id, { limit: 1 }))).toEqual(expected);
    expect(await Array.fromAsync(messages.list(id, { limit: 3, order: "desc" }))).toEqual(
      expected.toReversed(),
    );
    expect((await send("GET", `/${id}/messages?after=${id}-1&limit=1`)).json).toEqual({
      object: "list",
      data: [expected[2]],
      first_id: `${id}-2`,
      last_id: `${id}-2`,
      has_more: true,
    });
    expect((await send("GET", `/${id}/messages?after=${id}-3`)).json).toMatchObject({
      data: [],
      has_more: false,
    });
  });
});

test("all of it is what OpenAI's types say", async () => {
  await start();
  await create({
    messages: [
      { role: "user", content: "one" },
      { role: "assistant", content: "two" },
    ],
  });
  const page = await client.chat.completions.list();
  // Proof for the cast: the next line looks.
  for (const { metadata, ...completion } of page.data as (OpenAI.ChatCompletion & { metadata: object })[]) {
    // OpenAI's type does not have it, though its service answers with it.
    expect(metadata).toEqual({});
    const { id } = expectChatCompletion(completion);
    const messages = await Array.fromAsync(client.chat.completions.messages.list(id));
    // The type is made from that of an answer; stored messages have every role.
    for (const message of messages) expectStoredMessage({ ...message, role: "assistant" });
    expectChatCompletionDeleted(await client.chat.completions.delete(id));
    expectErrorBody((await send("GET", `/${id}`)).json);
  }
});

describe("what is wrong is refused", () => {
  test.each([
    ["?limit=0", "limit", "integer_below_min_value"],
    ["?limit=101", "limit", "integer_above_max_value"],
    ["?limit=-1", "limit", "integer_below_min_value"],
    ["?limit=many", "limit", "invalid_type"],
    ["?limit=1.5", "limit", "invalid_type"],
    ["?order=up", "order", "invalid_value"],
    ["?after=chatcmpl-none", "after", "invalid_value"],
    ["?after=%00", "after", "invalid_value"],
    ["?metadata=a", "metadata", "invalid_type"],
    [`?metadata[a]=${"v".repeat(513)}`, "metadata.a", "string_above_max_length"],
    [`?metadata[${"k".repeat(65)}]=v`, "metadata", "property_name_above_max_length"],
  ])("in a list: %s", async (query, param, code) => {
    await start();
    expect(await send("GET", query)).toMatchObject({
      status: 400,
      json: { error: { type: "invalid_request_error", param, code } },
    });
  });

  test.each([
    ["limit=0", "limit"],
    ["order=down", "order"],
    ["after=chatcmpl-other-0", "after"],
    ["after=ID", "after"],
    ["after=ID-x", "after"],
    ["after=ID--1", "after"],
  ])("in a list of messages: %s", async (query, param) => {
    await start();
    const { id } = await create();
    expect(await send("GET", `/${id}/messages?${query.replace("ID", id)}`)).toMatchObject({
      status: 400,
      json: { error: { param } },
    });
  });

  test.each([
    ["{}", "metadata", "missing_required_parameter"],
    ["[]", null, "invalid_type"],
    ["null", null, "invalid_type"],
    ['{"metadata":"a"}', "metadata", "invalid_type"],
    ['{"metadata":{"a":1}}', "metadata.a", "invalid_type"],
    ["{", null, null],
  ])("in an update: %s", async (body, param, code) => {
    await start();
    const { id } = await create({ metadata: { a: "1" } });
    expect(await send("POST", `/${id}`, body)).toMatchObject({
      status: 400,
      json: { error: { param, code } },
    });
    expect(await client.chat.completions.retrieve(id)).toMatchObject({ metadata: { a: "1" } });
  });

  test("without a key, and with another method", async () => {
    await start();
    for (const path of ["", "/x", "/x/messages"]) {
      const answer = await sendRaw(server, { method: "GET", path: `${CHAT_PATH}${path}` });
      expect(answer.status, path).toBe(401);
    }
    expect(await send("PUT", "/x")).toMatchObject({
      status: 405,
      headers: { allow: "GET, POST, DELETE" },
    });
    expect((await send("POST", "/x/messages", chatBody())).status).toBe(405);
  });
});

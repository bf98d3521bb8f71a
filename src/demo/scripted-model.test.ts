import { createParser } from "eventsource-parser";
import { expect, onTestFinished, test } from "vitest";
import { pause, ping } from "./build-fault.ts";
import { reply, text, textBlock, thinking, toolUse, wholeBlock } from "./build-reply.ts";
import { Gate } from "./gate.ts";
import { startScriptedModel } from "./scripted-model.ts";
import type { ScriptedModelOptions } from "./scripted-model.ts";

test("streams every kind of block in wire order", async () => {
  const model = await start();
  model.respondWith(
    reply({
      blocks: [
        thinking("hmm", { tag: "hm" }),
        wholeBlock({ type: "redacted_thinking", data: "xyz" }),
        textBlock("", { chunks: ["Hel", "lo"] }),
        ping(),
        toolUse("Bash", { command: "ls" }, { id: "toolu_1" }),
        toolUse("Read", {}, { id: "toolu_2" }),
      ],
      usage: { cache_read_input_tokens: 7, output_tokens: 42 },
    }),
  );

  const response = await ask(model.url);
  const events = parseEvents(await response.text());

  expect(response.headers.get("content-type")).toContain("text/event-stream");
  expect(
    events.map((event) => (event["index"] === undefined ? event.type : `${event.type} ${event["index"]}`)),
  ).toEqual([
    "message_start",
    "content_block_start 0",
    "ping",
    ...Array(2).fill("content_block_delta 0"),
    "content_block_stop 0",
    "content_block_start 1",
    "content_block_stop 1",
    "content_block_start 2",
    ...Array(2).fill("content_block_delta 2"),
    "content_block_stop 2",
    "ping",
    "content_block_start 3",
    ...Array(2).fill("content_block_delta 3"),
    "content_block_stop 3",
    "content_block_start 4",
    ...Array(2).fill("content_block_delta 4"),
    "content_block_stop 4",
    "message_delta",
    "message_stop",
  ]);
  expect(events[0]).toMatchObject({
    message: {
      model: "claude-opus-4-8",
      content: [],
      usage: { cache_read_input_tokens: 7, output_tokens: 1 },
    },
  });
  expect(events.at(-2)).toMatchObject({
    delta: { stop_reason: "tool_use", stop_sequence: null },
    usage: { cache_read_input_tokens: 7, output_tokens: 42, output_tokens_details: { thinking_tokens: 1 } },
  });
});

test("answers a request without streaming with one message", async () => {
  const model = await start();
  model.respondWith(
    reply({
      blocks: [
        thinking("hmm"),
        pause(1),
        textBlock("Hello"),
        toolUse("Bash", { command: "ls" }, { id: "toolu_1" }),
      ],
      stopReason: "max_tokens",
    }),
  );

  const message = await (await ask(model.url, { stream: false })).json();

  expect(message).toMatchObject({
    type: "message",
    role: "assistant",
    content: [
      { type: "thinking", thinking: "hmm" },
      { type: "text", text: "Hello" },
      { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "ls" } },
    ],
    stop_reason: "max_tokens",
  });
});

test("uses up a list of replies, then falls back to the default responder", async () => {
  const model = await start({ respond: () => text("default") });
  model.respondWith([text("one"), text("two")]);

  const answers: string[] = [];
  for (let count = 0; count < 3; count += 1) answers.push(textOf(await (await ask(model.url)).text()));

  expect(answers).toEqual(["one", "two", "default"]);
});

test("holds a reply at a gate until it is released", async () => {
  const model = await start();
  const gate = new Gate();
  model.respondWith(reply({ blocks: [textBlock("", { chunks: ["before", gate, "after"] })] }));

  const response = await ask(model.url);
  const request = await model.waitForRequest(1);
  await gate.reached;
  expect(request.end).toBeUndefined();
  expect(request.bytesWritten).toBeGreaterThan(0);
  gate.release();

  expect(textOf(await response.text())).toBe("beforeafter");
  expect(await request.ended).toMatchObject({ type: "finished" });
});

test("records when the client leaves, while streaming and before the headers", async () => {
  const model = await start();
  for (const place of ["blocks", "beforeHeaders"] as const) {
    const gate = new Gate();
    model.respondWith(reply({ blocks: [textBlock("hi")], [place]: [gate] }));
    const client = new AbortController();
    const answer = ask(model.url, {}, client.signal).then((response) => response.text());
    const request = await model.waitForRequest((candidate) => candidate.end === undefined);
    await gate.reached;
    client.abort();

    await expect(answer).rejects.toThrow();
    expect(await request.ended).toMatchObject({ type: "aborted" });
    expect(request.closedAt).toBeGreaterThanOrEqual(request.receivedAt);
  }
});

test("stops producing when the client of a long reply does not read and leaves", async () => {
  const model = await start();
  const size = 64 * 1024 * 1024;
  model.respondWith(text("x".repeat(size), { chunkSize: 64 * 1024 }));
  const client = new AbortController();

  await ask(model.url, {}, client.signal);
  const request = await model.waitForRequest(1);
  client.abort();

  expect(await request.ended).toMatchObject({ type: "aborted" });
  expect(request.bytesWritten).toBeLessThan(size / 2);
});

test("answers a model probe without using up a reply", async () => {
  const model = await start();
  model.respondWith([text("for the turn")]);

  const probe = await (await ask(model.url, { stream: false, max_tokens: 1 })).json();
  expect(probe).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 1 } });
  expect(model.probes).toHaveLength(1);
  expect(model.requests).toHaveLength(0);
  expect(textOf(await (await ask(model.url)).text())).toBe("for the turn");
});

test("keeps the newest requests only, and still counts all", async () => {
  const model = await start({ recordLimit: 2 });
  const third = model.waitForRequest(3);
  for (const content of ["a", "b", "c"]) {
    await (await ask(model.url, { messages: [{ role: "user", content }] })).text();
  }

  expect(model.requests.map((request) => request.body.messages[0]?.content)).toEqual(["b", "c"]);
  expect((await third).sequence).toBe(3);
  model.clear();
  expect(model.requests).toEqual([]);
});

test("says what it waited for in vain", async () => {
  const model = await start();
  await expect(model.waitForRequest(2, 1)).rejects.toThrow("Waited 1 ms for request 2; 0 arrived");
  const waiting = expect(model.waitForRequest(1)).rejects.toThrow("closed");
  await model.close();
  await waiting;
});

test("tells a client when the scripted responder throws", async () => {
  const model = await start();
  model.respondWith(() => {
    throw new Error("no reply for this");
  });
  const response = await ask(model.url);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: { message: expect.stringContaining("no reply for this") },
  });
});

test("refuses a request that the API refuses, unless told otherwise", async () => {
  const messages = [{ role: "assistant", content: "I start" }];
  const strict = await start();
  const response = await ask(strict.url, { messages });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ type: "error", error: { type: "invalid_request_error" } });
  expect(strict.rejections).toEqual(['messages: first message must use the "user" role']);
  expect(strict.requests[0]?.rejection).toBe(strict.rejections[0]);

  strict.clear();
  expect(strict.takeRejections()).toHaveLength(1);
  expect(strict.rejections).toEqual([]);

  const lenient = await start({ strict: false });
  expect((await ask(lenient.url, { messages })).status).toBe(200);
});

test("answers what else a client of the API asks", async () => {
  const { url } = await start();
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
  expect(await (await fetch(`${url}/v1/models?limit=2`)).json()).toMatchObject({
    data: [{ type: "model", id: "claude-fable-5-2" }, {}],
    has_more: true,
  });
  expect(await (await fetch(`${url}/v1/models/claude-opus-5-5`)).json()).toMatchObject({
    id: "claude-opus-5-5",
    lifecycle: "active",
    max_input_tokens: 1_000_000,
    capabilities: { thinking: { types: { disabled: { supported: false } } } },
  });
  expect((await fetch(`${url}/v1/models/claude-x`)).status).toBe(404);
  const count = await fetch(`${url}/v1/messages/count_tokens`, {
    method: "POST",
    headers,
    body: JSON.stringify({ model: "claude-opus-4-8", messages: [{ role: "user", content: "hello" }] }),
  });
  expect(await count.json()).toEqual({ input_tokens: expect.any(Number) });
  const missing = await fetch(`${url}/v1/files`);
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({ type: "error", error: { type: "not_found_error" } });
});

const headers = { "x-api-key": "sk-ant-test", "anthropic-version": "2023-06-01" };

async function start(options?: ScriptedModelOptions) {
  const model = await startScriptedModel(options);
  onTestFinished(() => model.close());
  return model;
}

function ask(url: string, fields: Record<string, unknown> = {}, signal?: AbortSignal): Promise<Response> {
  const messages = [{ role: "user", content: "hello" }];
  const body = JSON.stringify({
    model: "claude-opus-4-8",
    max_tokens: 1000,
    stream: true,
    messages,
    ...fields,
  });
  return fetch(`${url}/v1/messages`, { method: "POST", headers, body, ...(signal && { signal }) });
}

function parseEvents(stream: string): ({ type: string } & Record<string, unknown>)[] {
  const events: ({ type: string } & Record<string, unknown>)[] = [];
  const parser = createParser({
    onEvent: (event) => {
      const data = JSON.parse(event.data);
      expect(data.type).toBe(event.event);
      events.push(data);
    },
  });
  parser.feed(stream);
  return events;
}

function textOf(stream: string): string {
  const deltas = parseEvents(stream).map((event) => event["delta"]);
  return deltas.map((delta) => (isTextDelta(delta) ? delta.text : "")).join("");
}

function isTextDelta(delta: unknown): delta is { text: string } {
  return typeof delta === "object" && delta !== null && "text" in delta;
}

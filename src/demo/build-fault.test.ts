import { expect, onTestFinished, test } from "vitest";
import {
  emptyResponse,
  errorEvent,
  hang,
  htmlPage,
  httpError,
  malformedEvent,
  reset,
  truncate,
} from "./build-fault.ts";
import { reply, textBlock } from "./build-reply.ts";
import { Gate } from "./gate.ts";
import type { Reply, Step } from "./reply.ts";
import { startScriptedModel } from "./scripted-model.ts";

test.each([
  [400, "invalid_request_error"],
  [401, "authentication_error"],
  [429, "rate_limit_error"],
  [500, "api_error"],
  [529, "overloaded_error"],
])("answers %i with %s", async (status, type) => {
  const { response } = await ask(httpError(status, { message: "No" }, { "retry-after": "3" }));
  expect(response.status).toBe(status);
  expect(response.headers.get("retry-after")).toBe("3");
  expect(await response.json()).toMatchObject({ type: "error", error: { type, message: "No" } });
});

test("sends an error event and ends the stream", async () => {
  const { response, request } = await ask(after("Hel", errorEvent()));
  const lines = (await response.text()).trim().split("\n");
  expect(lines.at(-2)).toBe("event: error");
  expect(lines.at(-1)).toContain("overloaded_error");
  expect(await request.ended).toMatchObject({ type: "finished" });
});

test("turns an error event into a status where nothing is streamed", async () => {
  const { response } = await ask(after("Hel", errorEvent()), { stream: false });
  expect(response.status).toBe(529);
});

test("resets the connection before the headers", async () => {
  await expect(ask(reset())).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
});

test("breaks the connection in the middle of the stream", async () => {
  const gate = new Gate();
  const { response, request } = await ask(
    reply({ blocks: [textBlock("", { chunks: ["Hel", gate, "lo", reset()] })] }),
  );
  const reader = readAll(response);
  await reader.until("Hel");
  gate.release();
  await expect(reader.done).rejects.toThrow();
  expect(await request.ended).toMatchObject({ type: "broken" });
});

test("ends the stream cleanly without message_stop", async () => {
  const { response } = await ask(after("Hel", truncate()));
  const stream = await response.text();
  expect(stream).toContain("Hel");
  expect(stream).not.toContain("message_stop");
});

test("writes a malformed event", async () => {
  const { response } = await ask(after("Hel", malformedEvent()));
  expect(await response.text()).toContain('"index":\n\n');
});

test.each([
  ["after the headers", reply({ blocks: [textBlock("hi")], beforeStart: [hang()] }), ""],
  ["in the middle of the stream", after("Hel", hang()), "Hel"],
])("hangs %s until the client leaves", async (_place, answer, expected) => {
  const client = new AbortController();
  const { response, request } = await ask(answer, {}, client.signal);
  const reader = readAll(response);
  if (expected !== "") await reader.until(expected);
  expect(request.end).toBeUndefined();
  client.abort();
  await expect(reader.done).rejects.toThrow();
  expect(await request.ended).toMatchObject({ type: "aborted" });
});

test("hangs before the headers until the model is closed", async () => {
  const model = await startScriptedModel();
  model.respondWith(hang());
  const answer = expect(send(model.url)).rejects.toThrow();
  const request = await model.waitForRequest(1);
  await model.close();
  await answer;
  expect(await request.ended).toMatchObject({ type: "broken" });
});

test("answers 200 with something else than a message", async () => {
  const empty = (await ask(emptyResponse())).response;
  expect([empty.status, await empty.text()]).toEqual([200, ""]);
  const page = (await ask(htmlPage())).response;
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html"]);
});

function after(content: string, step: Step): Reply {
  return reply({ blocks: [textBlock("", { chunks: [content, step, "lo"] })] });
}

async function ask(answer: Reply, fields: Record<string, unknown> = {}, signal?: AbortSignal) {
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  model.respondWith(answer);
  const response = await send(model.url, fields, signal);
  return { response, request: await model.waitForRequest(1) };
}

function send(url: string, fields: Record<string, unknown> = {}, signal?: AbortSignal): Promise<Response> {
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

const headers = { "x-api-key": "sk-ant-test", "anthropic-version": "2023-06-01" };

/** Reads a stream in the background, so that a test sees what came before it broke. */
function readAll(response: Response) {
  let seen = "";
  const waiters: { content: string; resolve: () => void }[] = [];
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      seen += decoder.decode(chunk, { stream: true });
      for (const waiter of waiters) if (seen.includes(waiter.content)) waiter.resolve();
    }
  };
  const until = (content: string) =>
    new Promise<void>((resolve) => {
      waiters.push({ content, resolve });
      if (seen.includes(content)) resolve();
    });
  return { done: read(), until };
}

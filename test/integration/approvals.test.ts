import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Anthropic } from "@anthropic-ai/sdk";
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { ChatCompletionMessageParam } from "openai/resources";
import { afterEach, describe, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import {
  answer,
  APPROVER_FLAGS,
  APPROVER_KEY,
  decide,
  findApproval,
  listApprovals,
  nextApproval,
  OTHER_APPROVER_KEY,
  untilWaiting,
} from "./approve.ts";
import { ask, user } from "./ask.ts";
import { expectError, expectErrorBody } from "./expect-error.ts";
import { errorsOf, readEvents, textOf } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { API_KEY, OTHER_API_KEY, startTurnpike, type Turnpike } from "./start-turnpike.ts";

const PROFILES = { profiles: { asking: { permissionMode: "default" } } };
const MODEL = "asking";
const WORK = [user("Work.")];

const shared = shareTurnpike({ flags: APPROVER_FLAGS, configFile: PROFILES });

afterEach(async () => {
  for (const { id } of await listApprovals(shared())) await answer(shared(), id, "deny");
  await shared().until(({ turns, sessions }) => turns.running + sessions.busy === 0);
});

let fileCount = 0;

/** A file that is not there yet. */
function newFile({ workspace }: Turnpike): string {
  return join(workspace, `made-${(fileCount += 1)}.txt`);
}

const write = (file: string) => toolUse("Write", { file_path: file, content: "hello\n" });
const send = (prompt: string) =>
  toolUse("Agent", { description: "write", prompt, subagent_type: "general-purpose" });
const run = (file: string) => toolUse("Bash", { command: `printf 'hello\\n' > ${file}` });

/** Claude makes these calls at once, and then says what became of them. */
function scriptCalls({ upstream }: Turnpike, ...blocks: ReturnType<typeof toolUse>[]): void {
  upstream.clear();
  upstream.respondWith([reply({ blocks }), text("Done.")]);
}

/** What the model is told of the calls of its last answer. */
function resultsIn({ body }: RecordedRequest): string {
  return JSON.stringify(body.messages.findLast(({ role }) => role === "user"));
}

const isHello = async (file: string) => (await readFile(file, "utf8").catch(() => "")) === "hello\n";

/** A streamed chat, with what it told of approvals. */
async function streamChat(turnpike: Turnpike, apiKey = API_KEY) {
  const { data: stream, response } = await turnpike
    .openaiFor(apiKey)
    .chat.completions.create({ model: MODEL, messages: WORK, stream: true })
    .withResponse();
  const told: unknown[] = [];
  const finished = (async () => {
    let content = "";
    for await (const { choices } of stream) {
      const delta = choices[0]?.delta ?? {};
      content += delta.content ?? "";
      // Proof for the cast: OpenAI's type does not have our own field; the tests below check what it holds.
      const { claude } = delta as { claude?: { approval?: unknown } };
      if (claude?.approval) told.push(claude.approval);
    }
    return content;
  })();
  return { told, finished, conversation: response.headers.get("x-conversation-id") ?? "" };
}

describe.each([
  ["Write", write],
  ["Bash", run],
])("a call of %s", (tool, call) => {
  test("runs when it is allowed", async () => {
    const turnpike = shared();
    const file = newFile(turnpike);
    scriptCalls(turnpike, call(file));
    const chat = await streamChat(turnpike);
    const approval = await nextApproval(turnpike);
    expect(approval).toMatchObject({ tool, status: "waiting", conversation_id: chat.conversation });
    expect(existsSync(file)).toBe(false);
    const decided = await decide(turnpike, approval.id, { decision: "allow" });
    expect([decided.status, await decided.json()]).toMatchObject([200, { status: "allowed" }]);
    expect(await chat.finished).toBe("Done.");
    expect(await isHello(file)).toBe(true);
    expect(chat.told).toEqual([
      {
        id: approval.id,
        status: "waiting",
        tool,
        input: JSON.stringify(approval.input),
        summary: expect.stringContaining(file),
        always_allows: approval.always_allows.join(", "),
        expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
      },
      { id: approval.id, status: "allowed" },
    ]);
    expect(await listApprovals(turnpike)).toEqual([]);
  });

  test("does not run when it is denied, and the model reads why", async () => {
    const turnpike = shared();
    const file = newFile(turnpike);
    scriptCalls(turnpike, call(file));
    const chat = await streamChat(turnpike);
    const { id } = await nextApproval(turnpike);
    expect((await decide(turnpike, id, { decision: "deny", reason: "Use make instead." })).status).toBe(200);
    expect(await chat.finished).toBe("Done.");
    expect(existsSync(file)).toBe(false);
    expect(resultsIn(await turnpike.upstream.waitForRequest(2))).toContain("Use make instead.");
    expect(chat.told).toMatchObject([{ status: "waiting" }, { id, status: "denied" }]);
  });
});

describe("always", () => {
  test("holds for the conversation, in its process and after it, and for no other one", async () => {
    const turnpike = shared();
    // Two conversations of the same words are one to who sends them whole.
    const messages: ChatCompletionMessageParam[] = [user("Work on this one.")];
    const turn = async () => {
      const file = newFile(turnpike);
      scriptCalls(turnpike, write(file));
      const { text: content, placement, conversation } = await ask(turnpike, messages, { model: MODEL });
      messages.push({ role: "assistant", content }, user("More."));
      return { file, placement, conversation };
    };
    const asking = turn();
    const { id, always_allows: rules } = await nextApproval(turnpike);
    expect(rules).toEqual([`Edit(/${turnpike.workspace}/**)`]);
    expect(await answer(turnpike, id, "always")).toBe(200);
    const first = await asking;
    const second = await turn();
    await turnpike.fetch(`/conversations/${first.conversation}?mode=evict`, { method: "DELETE" });
    const third = await turn();
    expect([second.placement, third.placement]).toEqual(["hot", "resumed"]);
    expect(await Promise.all([first, second, third].map(({ file }) => isHello(file)))).toEqual([
      true,
      true,
      true,
    ]);

    const file = newFile(turnpike);
    scriptCalls(turnpike, write(file));
    const other = ask(turnpike, "Another conversation.", { model: MODEL });
    await answer(turnpike, (await nextApproval(turnpike)).id, "deny");
    await other;
    expect(existsSync(file)).toBe(false);
  });

  test("covers the like of it that waits", async () => {
    const turnpike = shared();
    const files = [newFile(turnpike), newFile(turnpike)] as const;
    scriptCalls(turnpike, write(files[0]), write(files[1]));
    const chat = await streamChat(turnpike);
    await answer(turnpike, (await nextApproval(turnpike)).id, "always");
    expect(await chat.finished).toBe("Done.");
    expect(await Promise.all(files.map(isHello))).toEqual([true, true]);
    expect(await listApprovals(turnpike)).toEqual([]);
  });
});

test("calls at once are each asked about, and only those run that are allowed", async () => {
  const turnpike = shared();
  const [first, second, third] = [newFile(turnpike), newFile(turnpike), newFile(turnpike)];
  scriptCalls(turnpike, write(first), run(second), write(third));
  const chat = await streamChat(turnpike);
  const seen = new Set<string>();
  while (seen.size < 3) {
    for (const { id, input } of await listApprovals(turnpike)) {
      if (seen.has(id)) continue;
      seen.add(id);
      expect(await answer(turnpike, id, JSON.stringify(input).includes(second) ? "deny" : "allow")).toBe(200);
    }
  }
  expect(await chat.finished).toBe("Done.");
  expect([first, second, third].map((file) => existsSync(file))).toEqual([true, false, true]);
});

test("calls of sub-agents are asked about, side by side", async () => {
  const turnpike = shared();
  const { upstream } = turnpike;
  const files = { ONE: newFile(turnpike), TWO: newFile(turnpike) };
  upstream.clear();
  upstream.respondWith(({ body }) => {
    const first = JSON.stringify(body.messages[0]);
    const isAnswered = body.messages.some(({ content }) => JSON.stringify(content).includes("tool_result"));
    if (isAnswered) return text("Done.");
    if (first.includes("SUBTASK ONE")) return reply({ blocks: [write(files.ONE)] });
    if (first.includes("SUBTASK TWO")) return reply({ blocks: [write(files.TWO)] });
    return reply({ blocks: [send("SUBTASK ONE"), send("SUBTASK TWO")] });
  });
  const chat = await streamChat(turnpike);
  for (const { id, input } of await untilWaiting(turnpike, 2)) {
    expect(await answer(turnpike, id, input["file_path"] === files.ONE ? "allow" : "deny")).toBe(200);
  }
  expect(await chat.finished).toBe("Done.");
  expect([await isHello(files.ONE), existsSync(files.TWO)]).toEqual([true, false]);
});

test("of two approvers at once the first one's answer counts", async () => {
  const turnpike = shared();
  const file = newFile(turnpike);
  scriptCalls(turnpike, write(file));
  const chat = await streamChat(turnpike);
  const { id } = await nextApproval(turnpike);
  const [yes, no] = await Promise.all([
    answer(turnpike, id, "allow"),
    answer(turnpike, id, "deny", OTHER_APPROVER_KEY),
  ]);
  expect([yes, no].toSorted()).toEqual([200, 409]);
  await chat.finished;
  expect(existsSync(file)).toBe(yes === 200);
  expect((await findApproval(turnpike, id)).status).toBe(yes === 200 ? "allowed" : "denied");
});

describe("a key without the right", () => {
  test("sees its own approvals, and answers none", async () => {
    const turnpike = shared();
    const file = newFile(turnpike);
    scriptCalls(turnpike, write(file));
    const chat = await streamChat(turnpike);
    const { id } = await nextApproval(turnpike);
    expect((await listApprovals(turnpike, API_KEY)).map((each) => each.id)).toEqual([id]);
    expect(await listApprovals(turnpike, OTHER_API_KEY)).toEqual([]);
    for (const key of [API_KEY, OTHER_API_KEY]) {
      await expectError(await decide(turnpike, id, { decision: "allow" }, key), {
        status: 403,
        type: "permission_error",
        code: "forbidden",
        message: /clientsMayApprove/,
      });
    }
    expect(existsSync(file)).toBe(false);
    await answer(turnpike, id, "deny");
    await chat.finished;
  });

  test("gets it by the configuration, for its own turns", async () => {
    const turnpike = await startTurnpike({
      flags: { ...APPROVER_FLAGS, "auth.clientsMayApprove": "true" },
      configFile: PROFILES,
    });
    const file = newFile(turnpike);
    scriptCalls(turnpike, write(file));
    const chat = await streamChat(turnpike);
    const { id } = await nextApproval(turnpike);
    expect(await answer(turnpike, id, "allow", OTHER_API_KEY)).toBe(404);
    expect(await answer(turnpike, id, "allow", API_KEY)).toBe(200);
    expect(await chat.finished).toBe("Done.");
    expect(await isHello(file)).toBe(true);
  });
});

test("the feed tells what waits, and what became of it", async () => {
  const turnpike = shared();
  const file = newFile(turnpike);
  const { body } = await turnpike.fetch("/approvals/stream", {
    headers: { authorization: `Bearer ${APPROVER_KEY}` },
  });
  const events = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  const reader = events?.getReader();
  const next = async () => {
    const { value } = (await reader?.read()) ?? {};
    return { event: value?.event, data: JSON.parse(value?.data ?? "null") as unknown };
  };
  scriptCalls(turnpike, write(file));
  const chat = await streamChat(turnpike);
  const requested = await next();
  const [{ id } = { id: "" }] = await listApprovals(turnpike);
  expect(requested).toMatchObject({ event: "approval.requested", data: { approval: { id } } });
  await answer(turnpike, id, "allow");
  expect(await next()).toMatchObject({
    event: "approval.resolved",
    data: { approval: { id, status: "allowed" } },
  });
  await reader?.cancel();
  await chat.finished;
});

describe("a client without a stream waits for the answer", () => {
  test("in Chat Completions", async () => {
    const turnpike = shared();
    const file = newFile(turnpike);
    scriptCalls(turnpike, write(file));
    const answering = ask(turnpike, WORK, { model: MODEL });
    await answer(turnpike, (await nextApproval(turnpike)).id, "allow");
    expect(await answering).toMatchObject({ text: "Done.", finishReason: "stop" });
    expect(await isHello(file)).toBe(true);
  });

  test.each([false, true])("in Messages, streaming: %s", async (isStream) => {
    const turnpike = shared();
    const file = newFile(turnpike);
    scriptCalls(turnpike, write(file));
    const { messages } = new Anthropic({
      baseURL: turnpike.url,
      apiKey: API_KEY,
      authToken: null,
      maxRetries: 0,
    });
    const body = { model: MODEL, max_tokens: 1000, messages: WORK };
    const answering = isStream ? messages.stream(body).finalMessage() : messages.create(body);
    await answer(turnpike, (await nextApproval(turnpike)).id, "allow");
    expect(await answering).toMatchObject({ stop_reason: "end_turn", content: [{ text: "Done." }] });
    expect(await isHello(file)).toBe(true);
  });
});

test("when the client leaves, its call is not made, also when it is allowed later", async () => {
  const turnpike = shared();
  const file = newFile(turnpike);
  scriptCalls(turnpike, write(file));
  const client = new AbortController();
  const leaving = turnpike
    .fetch("/v1/chat/completions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: MODEL, messages: WORK }),
      signal: client.signal,
    })
    .catch(() => "left");
  const { id } = await nextApproval(turnpike);
  client.abort();
  expect(await leaving).toBe("left");
  await untilWaiting(turnpike, 0);
  expect((await findApproval(turnpike, id)).status).toBe("cancelled");
  await expectError(await decide(turnpike, id, { decision: "allow" }), {
    status: 409,
    type: "invalid_request_error",
    code: "conflict",
    message: /cancelled/,
  });
  await turnpike.until(({ sessions, turns }) => sessions.busy + turns.running === 0);
  expect(existsSync(file)).toBe(false);
  expect(turnpike.upstream.requests).toHaveLength(1);
});

test("unanswered it is denied in time, which is no silence of the model's", async () => {
  const turnpike = await startTurnpike({
    flags: {
      ...APPROVER_FLAGS,
      "approvals.timeout": "3s",
      "turns.firstByteTimeout": "2s",
      "turns.streamIdleTimeout": "1s",
      "server.keepAlive": "100ms",
    },
    configFile: PROFILES,
  });
  const file = newFile(turnpike);
  scriptCalls(turnpike, write(file));
  const response = await turnpike.post({ model: MODEL, messages: WORK, stream: true });
  const { id } = await nextApproval(turnpike);
  const source = await response.text();
  expect(source).toContain('"status":"timed_out"');
  // The connection was kept alive the while.
  expect(source.match(/"delta":\{\},"logprobs":null,"finish_reason":null/g)?.length).toBeGreaterThan(3);
  expect(source).toContain("Done.");
  expect(existsSync(file)).toBe(false);
  expect(resultsIn(await turnpike.upstream.waitForRequest(2))).toContain("Nobody answered in time");
  expect(await answer(turnpike, id, "allow")).toBe(409);
});

test("a server that stops makes no call that waits, and says so", async () => {
  const turnpike = await startTurnpike({
    flags: { ...APPROVER_FLAGS, "server.drain": "50ms" },
    configFile: PROFILES,
  });
  const files = [newFile(turnpike), newFile(turnpike)] as const;
  turnpike.upstream.respondWith([reply({ blocks: [write(files[0])] }), reply({ blocks: [write(files[1])] })]);
  const streamed = await turnpike.post({ model: MODEL, messages: WORK, stream: true });
  await untilWaiting(turnpike, 1);
  const whole = turnpike.post({ model: MODEL, messages: WORK });
  await untilWaiting(turnpike, 2);
  await turnpike.stop();
  const events = await readEvents(streamed);
  expect(textOf(events)).toBe("");
  expectErrorBody(errorsOf(events)[0], { type: "server_error", code: "shutting_down" });
  await expectError(await whole, { status: 503, type: "server_error", code: "shutting_down" });
  expect(files.map((file) => existsSync(file))).toEqual([false, false]);
});

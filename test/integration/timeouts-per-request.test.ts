import { describe, expect, test } from "vitest";

import { hang } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { Reply } from "../../src/demo/reply.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { ask, assistant, user } from "./ask.ts";
import { expectError, expectErrorBody } from "./expect-error.ts";
import { errorsOf, readEvents, textOf } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike({ flags: { "turns.maxTurnsAtOnce": "1", "turns.turnTimeout": "8s" } });
startEachTestAfresh(shared);

const TIMEOUT = { type: "server_error", code: "timeout" } as const;
const SOON = /The turn took longer than the (0\.3|1\.5) seconds that the request allows/;

function post(content: string, body: object = {}, headers: Record<string, string> = {}) {
  const messages = [user(content)];
  return shared().post({ model: "sonnet", messages, claude: { timeout_ms: 300 }, ...body }, headers);
}

/** The second turn of a hot conversation, which reaches the model well before its deadline. */
async function postSecond(content: string, answer: Reply, stream: boolean) {
  const { upstream } = shared();
  upstream.respondWith([text("one"), answer]);
  await ask(shared(), content);
  const messages = [user(content), assistant("one"), user("and now?")];
  const response = await post("", { messages, stream, claude: { timeout_ms: 1500 } });
  return { response, request: await upstream.waitForRequest(2) };
}

describe.each([true, false])("streaming: %s", (stream) => {
  test.each([
    { name: "a silent model", answer: hang() },
    { name: "thinking", answer: reply({ blocks: [thinking("", { chunks: ["Let me ", hang()] })] }) },
  ])("$name is dropped at the request's deadline", async ({ name, answer }) => {
    const { response, request } = await postSecond(`${name} ${stream}`, answer, stream);
    expect(await request.ended).toMatchObject({ type: "aborted" });
    // A stream that shows the thinking has begun.
    if (response.status !== 200) return expectError(response, { status: 504, ...TIMEOUT, message: SOON });
    const events = await readEvents(response);
    expect(textOf(events)).toBe("");
    expectErrorBody(errorsOf(events)[0], { ...TIMEOUT, message: SOON });
  });

  test("an answer under way ends with the error", async () => {
    const answer = reply({ blocks: [textBlock("", { chunks: ["Half of ", "it", hang()] })] });
    const { response, request } = await postSecond(`half ${stream}`, answer, stream);
    expect(await request.ended).toMatchObject({ type: "aborted" });
    if (!stream) return expectError(response, { status: 504, ...TIMEOUT, message: SOON });
    const events = await readEvents(response);
    expect(textOf(events)).toBe("Half of it");
    expectErrorBody(errorsOf(events)[0], { ...TIMEOUT, message: SOON });
  });
});

test("a deadline that is over before the process has started is kept too", async () => {
  const bodies = [1, 20, 60].map((timeout_ms) => post(`start ${timeout_ms}`, { claude: { timeout_ms } }));
  shared().upstream.respondWith(() => hang());
  for (const body of bodies) await expectError(await body, { status: 504, ...TIMEOUT });
  await shared().until(({ turns, sessions }) => turns.running + sessions.busy === 0);
  for (const request of shared().upstream.requests) {
    expect(await request.ended).toMatchObject({ type: "aborted" });
  }
});

test("waiting for a place counts, and reaches no model", async () => {
  const { upstream } = shared();
  const gate = new Gate();
  upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["slow", gate] })] }));
  const slow = shared().post({ model: "sonnet", messages: [user("the one before")] });
  await gate.reached;
  await expectError(await post("waits"), { status: 504, ...TIMEOUT, message: SOON });
  gate.release();
  expect((await slow).status).toBe(200);
  // What the test before has cancelled may still come in.
  const asked = upstream.requests.map(conversationOf);
  expect(asked).toContainEqual([user("the one before")]);
  expect(asked).not.toContainEqual([user("waits")]);
  expect(shared().health().turns).toMatchObject({ running: 0, queued: 0 });
});

test("a tool of Claude Code's own is stopped too", async () => {
  const { upstream } = shared();
  const wait = toolUse("Bash", { command: "sleep 30", description: "Wait" });
  upstream.respondWith([text("one"), reply({ blocks: [textBlock("Looking."), wait] })]);
  // In a process that runs: its start counts as well, and takes as long as the machine lets it.
  await ask(shared(), "hello", { model: "claude-code" });
  const messages = [user("hello"), assistant("one"), user("look")];
  const limits = { claude: { timeout_ms: 2500 }, stream: true };
  const response = await post("", { model: "claude-code", messages, ...limits });
  const events = await readEvents(response);
  expect(textOf(events)).toBe("Looking.");
  expectErrorBody(errorsOf(events)[0], { ...TIMEOUT, message: /2\.5 seconds that the request allows/ });
  await shared().until(({ turns, sessions }) => turns.running + sessions.busy === 0);
});

test("the header says the same in seconds", async () => {
  shared().upstream.respondWith(hang());
  const response = await post("header", { claude: {} }, { "x-turnpike-timeout": "0.3" });
  await expectError(response, { status: 504, ...TIMEOUT, message: SOON });
});

test("the server's own limit stays", async () => {
  shared().upstream.respondWith(
    reply({ blocks: [textBlock("", { chunks: Array.from({ length: 999 }, String), delayMs: 20 })] }),
  );
  const response = await post("long", { claude: { timeout_ms: 600_000 } });
  await expectError(response, { status: 504, ...TIMEOUT, message: /8 seconds that this server allows/ });
});

test("a turn in time is not touched, and a late one leaves the conversation as it was", async () => {
  const { upstream } = shared();
  upstream.respondWith(text("one"));
  const first = await post("in time", { claude: { timeout_ms: 60_000 } });
  expect(await first.json()).toMatchObject({ choices: [{ message: { content: "one" } }] });
  const messages = [user("in time"), assistant("one"), user("and now?")];
  // On a busy machine it may be over before the model is asked.
  upstream.respondWith(hang());
  await expectError(await post("", { messages }), { status: 504, ...TIMEOUT });
  upstream.respondWith(text("two"));
  expect(await ask(shared(), messages)).toMatchObject({ text: "two", placement: "resumed" });
  expect(upstream.requests.map(conversationOf).at(-1)).toEqual(messages);
});

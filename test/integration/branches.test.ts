import { expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { expectChatStream } from "../schema/expect-chat-stream.ts";
import { expectChatCompletion, expectErrorBody } from "../schema/expect-openai.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { assistant, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { expectWithin } from "../machine-speed.ts";

const turnpike = shareTurnpike({
  flags: { "sessions.maxSessions": "4", "turns.maxTurnsAtOnce": "4", "turns.upstreamRetries": 0 },
});
startEachTestAfresh(turnpike);

/** The promise is 50 ms, measured in `cancellation.test.ts`; the rest is for a machine that does other things too. */
const DROPPED_WITHIN_MS = 1_000;
const ASK = { model: "sonnet", messages: [user("Three answers, please.")], n: 3 };

test("n answers are turns of their own, each with the whole history, and any of them can be continued", async () => {
  const { upstream, openai } = turnpike();
  const contents = ["one", "two", "three"];
  upstream.respondWith(contents.map((content) => text(content)));
  const completion = await openai.chat.completions.create(ASK);
  expectChatCompletion(completion);
  expect(completion.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  const said = completion.choices.map(({ message }) => message.content ?? "");
  expect(said.toSorted()).toEqual(contents.toSorted());
  for (const number of [1, 2, 3]) {
    expect(conversationOf(await upstream.waitForRequest(number))).toEqual(ASK.messages);
  }

  const more = [...ASK.messages, assistant(said[1] ?? ""), user("And more?")];
  upstream.respondWith([text("four"), text("five")]);
  const next = await openai.chat.completions.create({ ...ASK, messages: more, n: 2 });
  expect(next.choices.map(({ message }) => message.content).sort()).toEqual(["five", "four"]);
  for (const number of [4, 5]) expect(conversationOf(await upstream.waitForRequest(number))).toEqual(more);
});

test("n answers stream side by side", async () => {
  const { upstream, post } = turnpike();
  const gates = [new Gate(), new Gate(), new Gate()];
  // Each stops in the middle: only when all of them run at once does every one get there.
  upstream.respondWith(
    gates.map((gate) => reply({ blocks: [textBlock("", { chunks: ["first ", gate, "second"] })] })),
  );
  const answer = post({ ...ASK, stream: true, stream_options: { include_usage: true } });
  await Promise.all(gates.map((gate) => gate.reached));
  for (const gate of gates) gate.release();
  const { chunks } = expectChatStream(await (await answer).text());
  const choices = chunks.flatMap((chunk) => chunk.choices);
  for (const index of [0, 1, 2]) {
    const own = choices.filter((choice) => choice.index === index);
    expect(own.map(({ delta }) => delta.content ?? "").join("")).toBe("first second");
    expect(own.at(-1)?.finish_reason).toBe("stop");
  }
  expect(chunks.at(-1)?.usage?.completion_tokens).toBeGreaterThan(0);
});

test("a client that leaves stops the model in every branch", async () => {
  const { upstream, fetch, until } = turnpike();
  const gates = [new Gate(), new Gate(), new Gate()];
  upstream.respondWith(
    gates.map((gate) => reply({ blocks: [textBlock("", { chunks: ["Half of ", gate] })] })),
  );
  const controller = new AbortController();
  const leaving = fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...ASK, stream: true }),
    signal: controller.signal,
  })
    .then((answer) => answer.text())
    .catch((error: unknown) => error);
  await Promise.all(gates.map((gate) => gate.reached));
  const leftAt = performance.now();
  controller.abort();
  for (const number of [1, 2, 3]) {
    const { type, at } = await (await upstream.waitForRequest(number)).ended;
    expect(type).toBe("aborted");
    expectWithin(at - leftAt, DROPPED_WITHIN_MS);
  }
  await leaving;
  await until(({ turns, sessions }) => turns.running + turns.queued + sessions.busy === 0);
});

test("a branch that the model refuses stops the others and gives the request its status", async () => {
  const { upstream, post, until } = turnpike();
  const gates = [new Gate(), new Gate()];
  const hanging = gates.map((gate) => reply({ beforeHeaders: [gate], blocks: [] }));
  upstream.respondWith(() => hanging.shift() ?? httpError(400, { message: "Not like this." }));
  const answer = await post({ ...ASK, stream: true });
  expect(answer.status).toBe(400);
  expect(expectErrorBody(await answer.json()).error.code).toBe("upstream_invalid_request");
  for (const number of [1, 2]) {
    expect(await (await upstream.waitForRequest(number)).ended).toMatchObject({ type: "aborted" });
  }
  await until(({ turns }) => turns.running + turns.queued === 0);
});

import type { ChatCompletionMessageParam } from "openai/resources";
import { expect, test } from "vitest";

import { hang, httpError } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { type Answer, ask, assistant, system, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike({ spares: 1, flags: { "sessions.maxSessions": "12" } });
startEachTestAfresh(shared);

/** Answers each prompt with the same words before it. */
function echo(): void {
  shared().upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
}

/** A conversation of `turns` turns that the server has just had, as its client knows it. */
async function converse(name: string, turns: number) {
  echo();
  const messages: ChatCompletionMessageParam[] = [];
  let last: Answer | undefined;
  for (let turn = 1; turn <= turns; turn += 1) {
    messages.push(user(`${name} ${turn}`));
    last = await ask(shared(), messages);
    messages.push(assistant(last.text));
  }
  return { messages, conversation: last?.conversation };
}

/** What the model was sent for the newest request. */
function lastUpstream(): unknown {
  const request = shared().upstream.requests.at(-1);
  return request && conversationOf(request);
}

test("an earlier message is edited: a branch from before it, while the original goes on in its process", async () => {
  const { messages, conversation } = await converse("edited", 3);

  const edited = [...messages.slice(0, 2), user("edited 2, in other words")];
  const branch = await ask(shared(), edited);
  expect(branch).toMatchObject({ text: "re: edited 2, in other words", placement: "resumed" });
  expect(branch.conversation).not.toBe(conversation);
  expect(lastUpstream()).toEqual(edited);

  const next = [...messages, user("edited 4")];
  expect(await ask(shared(), next)).toMatchObject({ placement: "hot", conversation });
  expect(lastUpstream()).toEqual(next);

  const nextOfBranch = [...edited, assistant(branch.text), user("edited 3, once more")];
  expect(await ask(shared(), nextOfBranch)).toMatchObject({
    placement: "hot",
    conversation: branch.conversation,
  });
  expect(lastUpstream()).toEqual(nextOfBranch);
});

test("the first message or an answer is edited: the model sees the client's words, not the recorded ones", async () => {
  const { messages, conversation } = await converse("rewritten", 2);

  for (const index of [0, 1, 3]) {
    const edited = messages.map((message, at) =>
      at === index ? { ...message, content: "other words" } : message,
    );
    const request = [...edited, user("rewritten 3")] as ChatCompletionMessageParam[];
    const branch = await ask(shared(), request);
    expect(branch.placement).toBe("imported");
    expect(branch.conversation).not.toBe(conversation);
    expect(lastUpstream()).toEqual(request);
  }
  expect(await ask(shared(), [...messages, user("rewritten 3")])).toMatchObject({
    placement: "hot",
    conversation,
  });
});

test("an answer is regenerated: the model is asked again as if it had not answered", async () => {
  const { messages, conversation } = await converse("regenerated", 2);

  shared().upstream.respondWith(text("another answer"));
  const again = messages.slice(0, -1);
  const branch = await ask(shared(), again);
  expect(branch).toMatchObject({ text: "another answer", placement: "resumed" });
  expect(branch.conversation).not.toBe(conversation);
  expect(lastUpstream()).toEqual(again);

  // Both answers can be continued, each in its own process.
  echo();
  const nextOfBranch = [...again, assistant("another answer"), user("regenerated 3")];
  const original = [...messages, user("regenerated 3")];
  expect(await ask(shared(), nextOfBranch)).toMatchObject({
    placement: "hot",
    conversation: branch.conversation,
  });
  expect(lastUpstream()).toEqual(nextOfBranch);
  expect(await ask(shared(), original)).toMatchObject({ placement: "hot", conversation });
  expect(lastUpstream()).toEqual(original);
});

test("a history of 40 messages from elsewhere is given to the model message by message, then goes on hot", async () => {
  echo();
  const history = Array.from({ length: 40 }, (_, index) =>
    index % 2 === 0 ? user(`question ${index}`) : assistant(`answer ${index}`),
  );
  const messages: ChatCompletionMessageParam[] = [...history, user("and now?")];
  const imported = await ask(shared(), messages);
  expect(imported.placement).toBe("imported");
  expect(lastUpstream()).toEqual(messages);

  messages.push(assistant(imported.text), user("and then?"));
  expect(await ask(shared(), messages)).toMatchObject({
    placement: "hot",
    conversation: imported.conversation,
  });
  expect(lastUpstream()).toEqual(messages);
});

test("two identical first requests at once are two conversations", async () => {
  const gate = new Gate();
  const held = (answer: string) => reply({ blocks: [gate, textBlock(answer)] });
  const { upstream } = shared();
  upstream.respondWith([held("one"), held("two")]);
  const asking = [ask(shared(), "twins"), ask(shared(), "twins")];
  await upstream.waitForRequest(2);
  gate.release();
  const answers = await Promise.all(asking);

  expect(answers.map((answer) => answer.text).sort()).toEqual(["one", "two"]);
  expect(new Set(answers.map((answer) => answer.conversation)).size).toBe(2);
  for (const request of upstream.requests) expect(conversationOf(request)).toEqual([user("twins")]);

  for (const answer of answers) {
    const next = [user("twins"), assistant(answer.text), user("go on")];
    expect(await ask(shared(), next)).toMatchObject({ placement: "hot", conversation: answer.conversation });
    expect(lastUpstream()).toEqual(next);
  }
});

test("two identical requests at once continue one conversation: the second becomes a branch", async () => {
  const { messages, conversation } = await converse("forked", 2);
  const { upstream } = shared();
  upstream.clear();
  const gate = new Gate();
  const held = (answer: string) => reply({ blocks: [gate, textBlock(answer)] });
  upstream.respondWith([held("left"), held("right")]);
  const next = [...messages, user("forked 3")];
  const asking = [ask(shared(), next), ask(shared(), next)];
  await upstream.waitForRequest(2);
  gate.release();
  const answers = await Promise.all(asking);

  expect(answers.map((answer) => answer.placement).sort()).toEqual(["hot", "resumed"]);
  expect(answers.find((answer) => answer.placement === "hot")?.conversation).toBe(conversation);
  expect(answers.find((answer) => answer.placement === "resumed")?.conversation).not.toBe(conversation);
  expect(answers.map((answer) => answer.text).sort()).toEqual(["left", "right"]);
  for (const request of upstream.requests) expect(conversationOf(request)).toEqual(next);

  for (const answer of answers) {
    const after = [...next, assistant(answer.text), user("forked 4")];
    expect(await ask(shared(), after)).toMatchObject({ placement: "hot", conversation: answer.conversation });
    expect(lastUpstream()).toEqual(after);
  }
});

test("two conversations that say the same go on in their own processes, also at once", async () => {
  const { upstream } = shared();
  const messages = [user("hello"), assistant("Hi!"), user("how are you?")];
  const askTwice = async (request: typeof messages) => {
    upstream.clear();
    const gate = new Gate();
    upstream.respondWith(({ body }) =>
      reply({ blocks: [gate, textBlock(body.messages.length > 3 ? "Well." : "Hi!")] }),
    );
    const asking = [ask(shared(), request), ask(shared(), request)];
    await upstream.waitForRequest(2);
    gate.release();
    const answers = await Promise.all(asking);
    for (const each of upstream.requests) expect(conversationOf(each)).toEqual(request);
    return answers;
  };
  const first = await askTwice(messages.slice(0, 1));
  const second = await askTwice(messages);
  expect(second.map((answer) => answer.placement)).toEqual(["hot", "hot"]);
  expect(conversations(second)).toEqual(conversations(first));
});

function conversations(answers: readonly Answer[]): string[] {
  return answers.map((answer) => answer.conversation).sort();
}

test("another system text or model is another history to the session, yet the messages are the client's", async () => {
  echo();
  const messages: ChatCompletionMessageParam[] = [user("who are you?")];
  const first = await ask(shared(), [system("You are a pirate."), ...messages]);
  expect(first.placement).toBe("spare");
  messages.push(assistant(first.text), user("and now?"));

  const changed = await ask(shared(), [system("You are a poet."), ...messages]);
  expect(changed.placement).toBe("resumed");
  expect(lastUpstream()).toEqual(messages);
  const [request] = shared().upstream.requests.slice(-1);
  expect(request && systemPromptOf(request)).toBe("You are a poet.");

  const otherModel = await ask(shared(), [system("You are a pirate."), ...messages], { model: "opus" });
  expect(otherModel.placement).toBe("imported");
  expect(lastUpstream()).toEqual(messages);
});

test("a turn that failed or was left leaves nothing behind: the next one goes on from the last good state", async () => {
  const { messages, conversation } = await converse("failing", 1);
  const { upstream } = shared();
  messages.push(user("failing 2"));

  upstream.respondWith(httpError(400, { message: "not this" }));
  await expect(ask(shared(), messages)).rejects.toMatchObject({ status: 400 });

  const gate = new Gate();
  upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["so far", gate] })] }));
  const leaving = new AbortController();
  await shared().openai.chat.completions.create(
    { model: "sonnet", messages, stream: true },
    { signal: leaving.signal },
  );
  await gate.reached;
  leaving.abort();
  expect(await upstream.requests.at(-1)?.ended).toMatchObject({ type: "aborted" });
  await shared().until(({ turns }) => turns.running === 0);

  echo();
  expect(await ask(shared(), messages)).toMatchObject({ placement: "resumed", conversation });
  expect(lastUpstream()).toEqual(messages);
});

test("an answer that was cut by its limit can be continued", async () => {
  const first = reply({ blocks: [textBlock("Once upon a")], stopReason: "max_tokens" });
  shared().upstream.respondWith([first, hang()]);
  const cut = await ask(shared(), "tell me a story", { max_tokens: 10 });
  expect(cut).toMatchObject({ text: "Once upon a", finishReason: "length" });
  // Claude Code goes on by itself; on a busy machine that request may go out before its process is gone, for nobody to hear.
  for (const hidden of shared().upstream.requests.slice(1)) {
    expect(await hidden.ended).toMatchObject({ type: "aborted" });
  }

  echo();
  const messages = [user("tell me a story"), assistant("Once upon a"), user("go on")];
  expect(await ask(shared(), messages)).toMatchObject({
    placement: "resumed",
    conversation: cut.conversation,
  });
  expect(lastUpstream()).toEqual(messages);
});

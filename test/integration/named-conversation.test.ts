import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ChatCompletionMessageParam } from "openai/resources";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { ask, assistant, system, user } from "./ask.ts";
import { processIdOf, runningProcessIds } from "./claude-processes.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { OTHER_API_KEY, startTurnpike, type Turnpike } from "./start-turnpike.ts";

/** Answers each prompt with the same words before it. */
function echo({ upstream }: Turnpike): void {
  upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
}

/** What the model was sent for the newest request. */
function lastUpstream({ upstream }: Turnpike): unknown {
  const request = upstream.requests.at(-1);
  return request && conversationOf(request);
}

describe("with one server", () => {
  const shared = shareTurnpike({ spares: 1, flags: { "sessions.maxSessions": "12" } });
  startEachTestAfresh(shared);

  test("the client may send the new message alone, or all of them, in any order", async () => {
    const turnpike = shared();
    echo(turnpike);
    const conversation = "alone-or-all";
    const told: ChatCompletionMessageParam[] = [];
    for (const [turn, sends] of ["new", "new", "all", "all", "new", "all"].entries()) {
      const message = user(`question ${turn}`);
      const messages = sends === "new" ? [message] : [...told, message];
      const answer = await ask(turnpike, messages, { conversation });
      told.push(message);
      expect(answer).toMatchObject({ conversation, placement: turn === 0 ? "spare" : "hot" });
      expect(lastUpstream(turnpike)).toEqual(told);
      told.push(assistant(answer.text));
    }
  });

  test("a name after the model's colon means the same as the header", async () => {
    const turnpike = shared();
    echo(turnpike);
    const first = await ask(turnpike, "one", { model: "sonnet:by-suffix" });
    const second = await ask(turnpike, "two", { conversation: "by-suffix" });
    const third = await ask(turnpike, "three", { model: "sonnet:by-suffix", conversation: "by-suffix" });
    expect([first, second, third].map((answer) => [answer.conversation, answer.placement])).toEqual([
      ["by-suffix", "spare"],
      ["by-suffix", "hot"],
      ["by-suffix", "hot"],
    ]);
    expect(userTextsOfLast(turnpike)).toEqual(["one", "two", "three"]);
  });

  test.each(["latest", "free", "thinking", "beta", "online", "8b", "70b-instruct-q4_K_M", "nitro:free"])(
    "what other servers put behind the colon is no name: sonnet:%s",
    async (tag) => {
      const turnpike = shared();
      echo(turnpike);
      const model = `sonnet:${tag}`;
      const first = await ask(turnpike, "my secret is blue", { model });
      const other = await ask(turnpike, "what is my secret?", { model });
      expect(userTextsOfLast(turnpike)).toEqual(["what is my secret?"]);
      expect(other.conversation).not.toBe(first.conversation);
      expect(other.conversation).toMatch(/^conv_/);

      // It goes on by its history, as without the tag.
      const history = [user("my secret is blue"), assistant(first.text), user("and?")];
      const next = await turnpike.post({ model, messages: history });
      expect(await next.json()).toMatchObject({ choices: [{ message: { content: "re: and?" } }] });
      expect(next.headers.get("x-turnpike-placement")).toBe("hot");
      expect(next.headers.get("x-conversation-id")).toBe(first.conversation);
      expect(next.headers.get("x-turnpike-ignored")).toBe(tag === "latest" ? null : `model:${tag}`);
    },
  );

  test("a client that sends histories begins another chat under the name in its model's id", async () => {
    const turnpike = shared();
    echo(turnpike);
    const model = "sonnet:always-the-same";
    const talk: ChatCompletionMessageParam[] = [];
    async function say(message: string): Promise<string | null> {
      talk.push(user(message));
      const { data, response } = await turnpike.openai.chat.completions
        .create({ model, messages: talk })
        .withResponse();
      talk.push(assistant(data.choices[0]?.message.content ?? ""));
      return response.headers.get("x-turnpike-continued");
    }
    await say("my secret is blue");
    await say("keep it");
    const first = [...talk];

    talk.length = 0;
    expect(await say("what is my secret?")).toBeNull();
    expect(userTextsOfLast(turnpike)).toEqual(["what is my secret?"]);
    await say("sure?");
    expect(userTextsOfLast(turnpike)).toEqual(["what is my secret?", "sure?"]);
    talk.length = 0;
    expect(await say("a third chat")).toBeNull();
    expect(userTextsOfLast(turnpike)).toEqual(["a third chat"]);

    talk.splice(0, talk.length, ...first);
    await say("still there?");
    expect(userTextsOfLast(turnpike)).toEqual(["my secret is blue", "keep it", "still there?"]);
  });

  test("who sends the new message alone is told that it was joined to what came before", async () => {
    const turnpike = shared();
    echo(turnpike);
    const continued = async (message: string, model: string, headers: Record<string, string> = {}) => {
      const response = await turnpike.post({ model, messages: [user(message)] }, headers);
      expect(response.status).toBe(200);
      return response.headers.get("x-turnpike-continued");
    };
    expect(await continued("one", "sonnet:told")).toBeNull();
    expect(await continued("two", "sonnet:told")).toBe("by-name");
    expect(await continued("three", "sonnet", { "x-conversation-id": "told" })).toBe("by-name");
    expect(userTextsOfLast(turnpike)).toEqual(["one", "two", "three"]);

    // An id that an answer gave is meant, also behind the colon and after histories.
    const { conversation, text: said } = await ask(turnpike, "unnamed");
    await ask(turnpike, [user("unnamed"), assistant(said), user("more")]);
    expect(await continued("most", `sonnet:${conversation}`)).toBe("by-name");
    expect(userTextsOfLast(turnpike)).toEqual(["unnamed", "more", "most"]);
  });

  test("the id that an unnamed conversation was given works as its name", async () => {
    const turnpike = shared();
    echo(turnpike);
    const { conversation } = await ask(turnpike, "unnamed");
    expect(conversation).toMatch(/^conv_/);
    expect(await ask(turnpike, "two", { conversation })).toMatchObject({ placement: "hot", conversation });
    expect(userTextsOfLast(turnpike)).toEqual(["unnamed", "two"]);
    // It is still found by its history.
    const history = [user("unnamed"), assistant("re: unnamed"), user("two"), assistant("re: two")];
    expect(await ask(turnpike, [...history, user("three")])).toMatchObject({
      placement: "hot",
      conversation,
    });
  });

  test("the system text stays when the client does not send it again", async () => {
    const turnpike = shared();
    echo(turnpike);
    const conversation = "with-system";
    await ask(turnpike, [system("You are a pirate."), user("one")], { conversation });
    expect(await ask(turnpike, "two", { conversation })).toMatchObject({ placement: "hot" });
    expect(await ask(turnpike, [system("You are a poet."), user("three")], { conversation })).toMatchObject({
      placement: "resumed",
    });
    expect(turnpike.upstream.requests.map(systemPromptOf)).toEqual([
      "You are a pirate.",
      "You are a pirate.",
      "You are a poet.",
    ]);
    expect(userTextsOfLast(turnpike)).toEqual(["one", "two", "three"]);
  });

  test("another model goes on with the same conversation", async () => {
    const turnpike = shared();
    echo(turnpike);
    const conversation = "two-models";
    await ask(turnpike, "one", { conversation });
    const switched = await ask(turnpike, "two", { conversation, model: "opus" });
    expect(switched).toMatchObject({ placement: "resumed", conversation });
    expect(await ask(turnpike, "three", { conversation, model: "opus" })).toMatchObject({ placement: "hot" });
    expect(userTextsOfLast(turnpike)).toEqual(["one", "two", "three"]);
    const models = turnpike.upstream.requests.map(({ body }) => body.model);
    expect(models.map((model) => model.replace(/^claude-(\w+)-.*$/, "$1"))).toEqual([
      "sonnet",
      "opus",
      "opus",
    ]);
  });

  test("requests for one name run in the order in which they came", async () => {
    const turnpike = shared();
    const { upstream } = turnpike;
    const gates = [new Gate(), new Gate(), new Gate()];
    upstream.respondWith(gates.map((gate, index) => reply({ blocks: [gate, textBlock(`answer ${index}`)] })));
    const conversation = "in-order";
    const asking = [];
    for (const [index, gate] of gates.entries()) {
      asking.push(ask(turnpike, `question ${index}`, { conversation }));
      if (index === 0) await gate.reached;
      else await turnpike.until(({ turns }) => turns.queued === index);
    }
    expect(upstream.requests).toHaveLength(1);
    for (const gate of gates) gate.release();
    const answers = await Promise.all(asking);

    expect(answers.map((answer) => [answer.text, answer.placement])).toEqual([
      ["answer 0", "spare"],
      ["answer 1", "hot"],
      ["answer 2", "hot"],
    ]);
    expect(lastUpstream(turnpike)).toEqual([
      user("question 0"),
      assistant("answer 0"),
      user("question 1"),
      assistant("answer 1"),
      user("question 2"),
    ]);
  });

  test("a name belongs to its key", async () => {
    const turnpike = shared();
    echo(turnpike);
    const conversation = "same-name";
    await ask(turnpike, "mine", { conversation });
    const other = { conversation, apiKey: OTHER_API_KEY };
    await turnpike.until(({ spares }) => spares.ready === spares.limit);
    expect(await ask(turnpike, "yours", other)).toMatchObject({ placement: "spare", conversation });
    expect(lastUpstream(turnpike)).toEqual([user("yours")]);
    await ask(turnpike, "mine too", { conversation });
    expect(userTextsOfLast(turnpike)).toEqual(["mine", "mine too"]);

    const path = `/conversations/${conversation}`;
    const headers = { authorization: `Bearer ${OTHER_API_KEY}` };
    expect((await turnpike.fetch(path, { method: "DELETE", headers })).status).toBe(200);
    expect((await turnpike.fetch(path, { headers })).status).toBe(404);
    expect((await turnpike.fetch(path)).status).toBe(200);
    expect(await ask(turnpike, "still mine", { conversation })).toMatchObject({ placement: "hot" });
  });

  test("an edited history replaces the conversation's own", async () => {
    const turnpike = shared();
    echo(turnpike);
    const conversation = "edited";
    await ask(turnpike, "one", { conversation });
    await ask(turnpike, "two", { conversation });

    // From a state that is on record …
    const branch = [user("one"), assistant("re: one"), user("two, in other words")];
    expect(await ask(turnpike, branch, { conversation })).toMatchObject({
      placement: "resumed",
      conversation,
    });
    expect(lastUpstream(turnpike)).toEqual(branch);
    await ask(turnpike, "three", { conversation });
    expect(userTextsOfLast(turnpike)).toEqual(["one", "two, in other words", "three"]);

    // … and from one that nobody has seen.
    const foreign = [user("uno"), assistant("due"), user("tre")];
    expect(await ask(turnpike, foreign, { conversation })).toMatchObject({
      placement: "imported",
      conversation,
    });
    expect(lastUpstream(turnpike)).toEqual(foreign);
    expect(await ask(turnpike, "quattro", { conversation })).toMatchObject({ placement: "hot" });
    expect(userTextsOfLast(turnpike)).toEqual(["uno", "tre", "quattro"]);
  });

  test("two names whose words are the same keep what Claude did apart", async () => {
    const turnpike = shared();
    const { upstream, workspace } = turnpike;
    const contents = ["first-secret", "second-secret"];
    for (const [index, secret] of contents.entries()) {
      const file = join(workspace, `${secret}.txt`);
      await writeFile(file, secret);
      upstream.respondWith([
        reply({ blocks: [toolUse("Read", { file_path: file })] }),
        text("I have read it."),
      ]);
      const conversation = `reader-${index}`;
      await ask(turnpike, "read the file", { conversation, model: "claude-code" });
    }
    for (const index of [1, 0]) {
      upstream.clear();
      upstream.respondWith(text("As I said."));
      const conversation = `reader-${index}`;
      const answer = await ask(turnpike, "and?", { conversation, model: "claude-code" });
      expect(answer.placement).toBe("hot");
      expect(JSON.stringify(lastUpstream(turnpike))).toContain(contents[index]);
      expect(JSON.stringify(lastUpstream(turnpike))).not.toContain(contents[1 - index]);
    }
  });

  test("DELETE ?mode=evict ends the process that is its own", async () => {
    const turnpike = shared();
    echo(turnpike);
    const conversation = "own/process";
    await ask(turnpike, "first note", { conversation, model: "claude-code" });
    const processId = await processIdOf(turnpike, conversation);
    expect(await runningProcessIds()).toContain(processId);
    await turnpike.fetch(`/conversations/${conversation}?mode=evict`, { method: "DELETE" });
    expect(await runningProcessIds()).not.toContain(processId);
  });

  test("after DELETE ?mode=evict the next turn resumes; DELETE forgets", async () => {
    const turnpike = shared();
    echo(turnpike);
    const conversation = "team/notes";
    const path = `/conversations/${conversation}`;
    await ask(turnpike, "first note", { conversation });
    const evicted = await turnpike.fetch(`${path}?mode=evict`, { method: "DELETE" });
    expect(await evicted.json()).toEqual({
      id: conversation,
      object: "conversation.evicted",
      deleted: false,
    });
    expect(await (await turnpike.fetch(path)).json()).toMatchObject({ is_hot: false, session: null });
    expect(await ask(turnpike, "two", { conversation })).toMatchObject({ placement: "resumed" });
    expect(userTextsOfLast(turnpike)).toEqual(["first note", "two"]);

    const forgotten = await turnpike.fetch(path, { method: "DELETE" });
    expect(await forgotten.json()).toMatchObject({ object: "conversation.deleted", deleted: true });
    expect((await turnpike.fetch(path)).status).toBe(404);
    await turnpike.until(({ spares }) => spares.ready === spares.limit);
    expect(await ask(turnpike, "three", { conversation })).toMatchObject({ placement: "spare" });
    expect(lastUpstream(turnpike)).toEqual([user("three")]);
    // Its history is nobody's now: what the client sends is all there is.
    const history = [user("first note"), assistant("re: first note"), user("go on")];
    expect(await ask(turnpike, history)).toMatchObject({ placement: "imported" });
  });

  test("DELETE of a conversation whose turn is running cancels the turn", async () => {
    const turnpike = shared();
    const gate = new Gate();
    turnpike.upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["so far", gate] })] }));
    const conversation = "deleted-while-running";
    const response = await turnpike.post(
      { model: "sonnet", messages: [user("one")], stream: true },
      { "x-conversation-id": conversation },
    );
    await gate.reached;
    await turnpike.fetch(`/conversations/${conversation}`, { method: "DELETE" });
    expect(await response.text()).toMatch(/so far[\s\S]*"error":[\s\S]*deleted/);
    const [request] = turnpike.upstream.requests;
    expect(await request?.ended).toMatchObject({ type: "aborted" });
    expect((await turnpike.fetch(`/conversations/${conversation}`)).status).toBe(404);
  });
});

describe("without retention", () => {
  const shared = shareTurnpike({ spares: 1, flags: { retention: "none", "sessions.maxSessions": "6" } });
  startEachTestAfresh(shared);

  test("a conversation lives as long as its session", async () => {
    const turnpike = shared();
    echo(turnpike);
    const conversation = "short-lived";
    await ask(turnpike, [system("You are a pirate."), user("one")], { conversation });
    expect(await ask(turnpike, "two", { conversation })).toMatchObject({ placement: "hot" });
    const all = [user("one"), assistant("re: one"), user("two"), assistant("re: two"), user("three")];
    expect(await ask(turnpike, all, { conversation })).toMatchObject({ placement: "hot" });
    expect(lastUpstream(turnpike)).toEqual(all);
    const past = [...all, assistant("re: three")];

    await turnpike.fetch(`/conversations/${conversation}?mode=evict`, { method: "DELETE" });
    await turnpike.until(({ spares }) => spares.ready === spares.limit);
    expect(await ask(turnpike, "four", { conversation })).toMatchObject({ placement: "spare" });
    expect(lastUpstream(turnpike)).toEqual([user("four")]);

    // A client that does keep the history loses nothing, whatever the server has forgotten.
    const everything = [...past, user("four"), assistant("re: four"), user("five")];
    expect(await ask(turnpike, everything, { conversation })).toMatchObject({ placement: "imported" });
    expect(lastUpstream(turnpike)).toEqual(everything);
    expect(await ask(turnpike, "six", { conversation })).toMatchObject({ placement: "hot" });
    expect(lastUpstream(turnpike)).toEqual([...everything, assistant("re: five"), user("six")]);
  });

  test("an unnamed conversation is recognised while it is hot, and imported afterwards", async () => {
    const turnpike = shared();
    echo(turnpike);
    const { conversation } = await ask(turnpike, "uno");
    const two = [user("uno"), assistant("re: uno"), user("due")];
    expect(await ask(turnpike, two)).toMatchObject({ placement: "hot", conversation });
    await turnpike.fetch(`/conversations/${conversation}?mode=evict`, { method: "DELETE" });
    const three = [...two, assistant("re: due"), user("tre")];
    expect(await ask(turnpike, three)).toMatchObject({ placement: "imported" });
    expect(lastUpstream(turnpike)).toEqual(three);
  });

  test("a request without its name does not take a named conversation's only memory", async () => {
    const turnpike = shared();
    echo(turnpike);
    await ask(turnpike, "remember me", { conversation: "kept" });
    const unnamed = [user("remember me"), assistant("re: remember me"), user("unnamed")];
    await ask(turnpike, unnamed);
    expect(lastUpstream(turnpike)).toEqual(unnamed);
    expect(await ask(turnpike, "go on", { conversation: "kept" })).toMatchObject({ placement: "hot" });
    expect(userTextsOfLast(turnpike)).toEqual(["remember me", "go on"]);
  });

  test("no word of it is written to disk", async () => {
    const turnpike = shared();
    turnpike.upstream.respondWith(text("the-answer-word"));
    await ask(turnpike, [system("the-system-word"), user("the-question-word")], { conversation: "private" });
    await ask(turnpike, [user("a-word"), assistant("another-word"), user("the-question-word")]);
    // Neither in Turnpike's folder nor among Claude Code's own files: both lie here.
    for (const entry of await readdir(turnpike.workspace, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = await readFile(join(entry.parentPath, entry.name), "latin1");
      expect(content, entry.name).not.toMatch(/(question|answer|system|a|another)-word/);
    }
  });
});

test("the session that was not used for longest makes room, and its conversation is resumed", async () => {
  const turnpike = await startTurnpike({ spares: 1, flags: { "sessions.maxSessions": "2" } });
  echo(turnpike);
  const model = "claude-code";
  for (const conversation of ["a", "b"]) {
    await turnpike.until(({ spares }) => spares.ready === spares.limit);
    await ask(turnpike, `${conversation} 1`, { conversation, model });
  }
  expect(await ask(turnpike, "a 2", { conversation: "a", model })).toMatchObject({ placement: "hot" });
  await ask(turnpike, "c 1", { conversation: "c", model });
  expect(turnpike.health().sessions).toMatchObject({ idle: 2, busy: 0, limit: 2 });
  expect(await ask(turnpike, "a 3", { conversation: "a", model })).toMatchObject({ placement: "hot" });
  expect(await ask(turnpike, "b 2", { conversation: "b", model })).toMatchObject({ placement: "resumed" });
  expect(userTextsOfLast(turnpike)).toEqual(["b 1", "b 2"]);
  expect(await ask(turnpike, "c 2", { conversation: "c", model })).toMatchObject({ placement: "resumed" });
});

test("a session that nobody uses ends, and its conversation is resumed", async () => {
  const turnpike = await startTurnpike({ spares: 1, flags: { "sessions.idleTimeout": "500ms" } });
  echo(turnpike);
  await ask(turnpike, "one", { conversation: "idle" });
  expect(turnpike.health().sessions.idle).toBe(1);
  await turnpike.until(({ sessions }) => sessions.idle === 0);
  expect(await ask(turnpike, "two", { conversation: "idle" })).toMatchObject({ placement: "resumed" });
  expect(userTextsOfLast(turnpike)).toEqual(["one", "two"]);
});

function userTextsOfLast({ upstream }: Turnpike): string[] {
  const request = upstream.requests.at(-1);
  return request ? userTexts(request.body) : [];
}

import type { ChatCompletionMessageParam } from "openai/resources";
import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { ask, assistant, system, user } from "./ask.ts";
import { processIdOf, runningProcessIds } from "./claude-processes.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { API_KEY, OTHER_API_KEY } from "./start-turnpike.ts";

const KEYS = [API_KEY, OTHER_API_KEY];

const shared = shareTurnpike({ spares: 1 });
startEachTestAfresh(shared);

// A worker is nobody's when it is idle, so there is no process to be told of.
test.each(["claude-code", "sonnet"])(
  "two keys with identical histories share nothing with %s, hot or resumed",
  async (model) => {
    const turnpike = shared();
    turnpike.upstream.respondWith(text("the same answer"));
    const instructions = system("Be brief.");
    const messages: ChatCompletionMessageParam[] = [user("question 0")];
    const owners = new Map<number, string>();
    const conversations = new Map<string, string>();
    const placements: (string | null)[] = [];

    for (let turn = 1; turn <= 4; turn += 1) {
      for (const apiKey of KEYS) {
        if (turn === 1) await turnpike.until(({ spares }) => spares.ready === spares.limit);
        const answer = await ask(turnpike, [instructions, ...messages], { apiKey, model });
        placements.push(answer.placement);
        conversations.set(apiKey, answer.conversation);
        if (model === "sonnet") continue;
        const processId = (await processIdOf(turnpike, answer.conversation, apiKey)) ?? 0;
        expect(await runningProcessIds()).toContain(processId);
        expect(owners.get(processId) ?? apiKey).toBe(apiKey);
        owners.set(processId, apiKey);
      }
      messages.push(assistant("the same answer"), user(`question ${turn}`));
      if (turn !== 2) continue;
      // The first key's session ends; the other one's, in the very same state, must not step in.
      const path = `/conversations/${conversations.get(API_KEY)}?mode=evict`;
      await turnpike.fetch(path, { method: "DELETE" });
    }

    expect(placements).toEqual(["spare", "spare", "hot", "hot", "resumed", "hot", "hot", "hot"]);
    expect(conversations.get(API_KEY)).not.toBe(conversations.get(OTHER_API_KEY));
    for (const { body } of turnpike.upstream.requests)
      expect(JSON.stringify(body)).not.toContain("tp-test-key");
  },
);

test("what one key has said is no record for another: its identical history is imported", async () => {
  const turnpike = shared();
  turnpike.upstream.respondWith(text("yes"));
  const first = await ask(turnpike, "is this mine?");
  const next = [user("is this mine?"), assistant("yes"), user("really?")];
  const other = await ask(turnpike, next, { apiKey: OTHER_API_KEY });
  expect(other.placement).toBe("imported");
  expect(other.conversation).not.toBe(first.conversation);
  const request = turnpike.upstream.requests.at(-1);
  expect(request && conversationOf(request)).toEqual(next);
  expect(await ask(turnpike, next)).toMatchObject({ placement: "hot", conversation: first.conversation });
});

test("a key sees, evicts and forgets only its own conversations", async () => {
  const turnpike = shared();
  const { conversation } = await ask(turnpike, "mine");
  const theirs = await ask(turnpike, "theirs", { apiKey: OTHER_API_KEY, conversation: "theirs" });

  const idsOf = async (apiKey: string) => {
    const response = await turnpike.fetch("/conversations?limit=100", {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    // Proof: the shape of `ConversationListBody`.
    const { data } = (await response.json()) as { data: { id: string; name: string | null }[] };
    return data.map(({ id, name }) => name ?? id);
  };
  const [own, others] = [await idsOf(API_KEY), await idsOf(OTHER_API_KEY)];
  expect(own).toContain(conversation);
  expect(others).toContain(theirs.conversation);
  expect(own.filter((id) => others.includes(id))).toEqual([]);

  const headers = { authorization: `Bearer ${OTHER_API_KEY}` };
  for (const [path, method] of [
    [`/conversations/${conversation}`, "GET"],
    [`/conversations/${conversation}?mode=evict`, "DELETE"],
    [`/conversations/${conversation}`, "DELETE"],
  ] as const) {
    expect((await turnpike.fetch(path, { method, headers })).status).toBe(404);
  }
  expect(await ask(turnpike, "go on", { conversation })).toMatchObject({ placement: "hot" });

  // Another key's id is only a name that this key has not used yet.
  const taken = await ask(turnpike, "let me in", { apiKey: OTHER_API_KEY, conversation });
  expect(taken.conversation).toBe(conversation);
  const request = turnpike.upstream.requests.at(-1);
  expect(request && conversationOf(request)).toEqual([user("let me in")]);
});

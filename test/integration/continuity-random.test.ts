import { array, assert, asyncProperty, constantFrom, nat, record } from "fast-check";
import type { ChatCompletionMessageParam } from "openai/resources";
import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { type Answer, ask, assistant, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

/** What one client does next with its conversation. `pick` chooses a place in it. */
const step = record({
  type: constantFrom("go-on", "go-on", "edit", "regenerate", "twice", "evict"),
  pick: nat({ max: 100 }),
});

type Step = typeof step extends { generate: (...parameters: never[]) => { value: infer Value } }
  ? Value
  : never;

/** More conversations than sessions, so that they push each other out all the time. */
const CLIENTS = 5;
const SESSIONS = 3;

const shared = shareTurnpike({ flags: { "sessions.maxSessions": String(SESSIONS) } });
startEachTestAfresh(shared);

test("whatever several clients do at once, the model sees each one's own messages and each gets its own answer", async () => {
  const plans = array(array(step, { minLength: 6, maxLength: 6 }), {
    minLength: CLIENTS,
    maxLength: CLIENTS,
  });
  await assert(asyncProperty(plans, runClients), { numRuns: 1, endOnFailure: true });
}, 240_000);

async function runClients(plans: readonly (readonly Step[])[]): Promise<void> {
  const { upstream } = shared();
  upstream.clear();
  upstream.respondWith(({ body, sequence }) => text(`answer ${sequence} to ${userTexts(body).at(-1)}`));
  /** By the last message, which is never said twice after different histories. */
  const sent = new Map<string, readonly ChatCompletionMessageParam[]>();

  await Promise.all(plans.map((steps, client) => runClient(`client ${client}`, steps, sent)));

  for (const request of upstream.requests) {
    expect(conversationOf(request)).toEqual(sent.get(userTexts(request.body).at(-1) ?? ""));
  }
  expect(shared().health().sessions.busy).toBe(0);
}

async function runClient(
  name: string,
  steps: readonly Step[],
  sent: Map<string, readonly ChatCompletionMessageParam[]>,
): Promise<void> {
  let messages: ChatCompletionMessageParam[] = [];
  let conversation = "";
  const send = async (question: string, times = 1): Promise<Answer> => {
    if (messages.at(-1)?.content !== question) messages = [...messages, user(question)];
    sent.set(question, messages);
    const answers = await Promise.all(Array.from({ length: times }, () => ask(shared(), messages)));
    for (const answer of answers) expect(answer.text.replace(/^answer \d+ to /, "")).toBe(question);
    const [first] = answers;
    if (!first) throw new Error("Nothing was asked.");
    messages = [...messages, assistant(first.text)];
    ({ conversation } = first);
    return first;
  };

  await send(`${name} begins`);
  for (const [index, { type, pick }] of steps.entries()) {
    const question = `${name} step ${index}`;
    switch (type) {
      case "edit":
        messages = messages.slice(0, 2 * (pick % (messages.length / 2)));
        await send(question);
        break;
      case "regenerate":
        messages = messages.slice(0, -1);
        await send(String(messages.at(-1)?.content));
        break;
      case "twice":
        await send(question, 2);
        break;
      case "evict":
        await shared().fetch(`/conversations/${conversation}?mode=evict`, { method: "DELETE" });
        break;
      default:
        await send(question);
    }
  }
}

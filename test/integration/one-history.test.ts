import { assert, asyncProperty } from "fast-check";
import type { ChatCompletionMessageParam } from "openai/resources";
import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { ask, assistant, user } from "./ask.ts";
import {
  followUp,
  otherIds,
  randomHistory,
  readAs,
  replyOf,
  type Round,
  toMessages,
  wishOf,
} from "./random-history.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { OTHER_API_KEY } from "./start-turnpike.ts";
import { askWithTools, functionTool } from "./tool-chat.ts";

/** How many histories are tried, each in three ways. `ONE_HISTORY_RUNS=500` takes about three minutes. */
const RUNS = Number(process.env["ONE_HISTORY_RUNS"] ?? 50);
const LOOK = functionTool("look", { type: "object", properties: { at: { type: "string" } } });

const shared = shareTurnpike();

interface History {
  readonly first: Parameters<typeof toMessages>[0];
  readonly rounds: readonly Round[];
  readonly seed: number;
  readonly model: string;
}

/**
 * A history is played live; its last turn is given once more to a process that reads the record, and a client who is not known
 * imports it, with ids as other services give them.
 */
test(
  "the model reads one history in every way in which it can come",
  async () => {
    await assert(asyncProperty(randomHistory, readInEveryWay), { numRuns: RUNS, endOnFailure: true });
  },
  RUNS * 60_000,
);

let played = 0;

async function readInEveryWay({ first, rounds, seed, model }: History): Promise<void> {
  const options = { model: `sonnet/${model}`, tools: [LOOK] };
  const turnpike = shared();
  const { upstream } = turnpike;
  upstream.clear();
  played += 1;
  const begin = [user(`History ${played}.`), ...toMessages(first)];
  const messages: ChatCompletionMessageParam[] = [...begin];
  const imported: ChatCompletionMessageParam[] = [...begin];
  let conversation = "";
  for (const [at, round] of rounds.entries()) {
    upstream.respondWith(replyOf(round, at));
    const answer = await askWithTools(turnpike, messages, { ...options, ...wishOf(round, model) });
    ({ conversation } = answer);
    const ids = answer.calls.map(({ id }) => id);
    messages.push(answer.message, ...followUp(round, ids, at));
    const others = otherIds(seed, at, ids.length);
    const renamed = answer.calls.map((call, index) => ({ ...call, id: others[index] ?? "" }));
    imported.push(
      { ...answer.message, ...(renamed.length > 0 && { tool_calls: renamed }) },
      ...followUp(round, others, at),
    );
  }
  const lastTurn = async (history: typeof messages, apiKey?: string) => {
    upstream.clear();
    upstream.respondWith(text("Done."));
    const answer = await ask(turnpike, history, { ...options, ...(apiKey !== undefined && { apiKey }) });
    expect(answer.text).toBe("Done.");
    conversation = answer.conversation;
    return { placement: answer.placement, read: readAs(await upstream.waitForRequest(1)) };
  };
  const evict = () => turnpike.fetch(`/conversations/${conversation}?mode=evict`, { method: "DELETE" });

  const hot = await lastTurn(messages);
  await evict();
  const again = await lastTurn(messages);
  await evict();
  const elsewhere = await lastTurn(imported, OTHER_API_KEY);
  expect([again.placement, elsewhere.placement]).toEqual(["resumed", "imported"]);
  expect(again.read).toEqual(hot.read);
  expect(elsewhere.read).toEqual(hot.read);

  const further = [...messages, assistant("Done."), user("And now?")];
  const resumed = await lastTurn(further);
  expect(resumed.placement).toBe("resumed");
  expect(resumed.read).toMatchObject([...(hot.read as object[]), {}, {}]);
}

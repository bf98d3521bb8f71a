import { expect } from "vitest";
import * as zod from "zod";

import type { Turnpike } from "../start-turnpike.ts";
import { createChatClient } from "./chat-client.ts";
import { createDice, type Dice } from "./create-dice.ts";
import { deservedRefusal } from "./deserved-refusal.ts";
import { expectPromises } from "./expect-promises.ts";
import { createMessagesClient } from "./messages-client.ts";
import { drawResponder } from "./model-plan.ts";
import type { Asked, RandomClient } from "./random-client.ts";
import { createResponsesClient } from "./responses-client.ts";

/** Answers take a second at most: one that takes so long does not come any more. */
const HANGS_AFTER_MS = 60_000;

const CLIENTS = [
  createChatClient,
  createChatClient,
  createMessagesClient,
  createMessagesClient,
  createResponsesClient,
];

/** Plays the conversation of this seed, of one to four rounds. What fails in it names the seed and all of its requests. */
export async function playConversation(turnpike: Turnpike, seed: number): Promise<void> {
  const dice = createDice(seed);
  const client = dice.pick(CLIENTS)(dice);
  const sent: string[] = [];
  try {
    for (let left = 1 + dice.below(4); left > 0; left -= 1) {
      const asked = client.ask();
      sent.push(`POST ${client.path} ${JSON.stringify(asked.body)}`);
      const isGoingOn = await playRound(turnpike, client, asked, dice);
      if (!isGoingOn || !client.goOn()) return;
      if (dice.chance(0.2)) await evictNewest(turnpike);
    }
  } catch (error) {
    const { upstream } = turnpike;
    const reached = `The model's API got last: ${JSON.stringify(upstream.requests.at(-1)?.body)}`;
    const problem = error instanceof Error ? error.message : String(error);
    const title = `The conversation of TURNPIKE_TEST_SEED=${seed}: ${problem}`;
    throw new Error([title, ...sent, reached].join("\n"), { cause: error });
  }
}

/** False when the request was refused, as it deserves. */
async function playRound(
  turnpike: Turnpike,
  client: RandomClient,
  asked: Asked,
  dice: Dice,
): Promise<boolean> {
  const { upstream } = turnpike;
  upstream.clear();
  upstream.respondWith(drawResponder(dice, asked));
  const response = await turnpike.fetch(client.path, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify(asked.body),
    signal: AbortSignal.timeout(HANGS_AFTER_MS),
  });
  const text = await response.text();
  expect(upstream.rejections, "The real API would have refused").toEqual([]);
  const deserved = deservedRefusal({ path: client.path, body: asked.body });
  const why = `${deserved ?? "nothing that it deserves a refusal for"}: ${text}`;
  expect(response.status, why).toBe(deserved === undefined ? 200 : 400);
  if (deserved !== undefined) return false;
  expectPromises(asked, client.read(text, asked));
  return true;
}

const listSchema = zod.looseObject({ data: zod.array(zod.looseObject({ id: zod.string() })) });

/** What was hot is read from the record again, or from what the client sends. */
async function evictNewest({ fetch }: Turnpike): Promise<void> {
  const response = await fetch("/conversations?limit=3");
  const { data } = listSchema.parse(await response.json());
  for (const { id } of data) {
    await fetch(`/conversations/${encodeURIComponent(id)}?mode=evict`, { method: "DELETE" });
  }
}

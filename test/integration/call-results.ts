import { expect } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import type { Turnpike } from "./start-turnpike.ts";

type Call = ReturnType<typeof toolUse>;

export const bash = (command: string) => toolUse("Bash", { command, description: "Look" });
/** As many calls as one answer makes. */
const CALLS_AT_ONCE = 24;
const CALLS_IN_A_TURN = 96;

/** What the model's API received for each call that the model makes, as JSON. `asked`: what else the request says. */
export async function resultsOf(
  turnpike: Turnpike,
  calls: readonly Call[],
  asked: object,
): Promise<string[]> {
  const results: string[] = [];
  for (let from = 0; from < calls.length; from += CALLS_IN_A_TURN) {
    const part = calls.slice(from, from + CALLS_IN_A_TURN);
    const replies = Array.from({ length: Math.ceil(part.length / CALLS_AT_ONCE) }, (_, index) =>
      reply({ blocks: part.slice(index * CALLS_AT_ONCE, (index + 1) * CALLS_AT_ONCE) }),
    );
    turnpike.upstream.respondWith([...replies, text("Done.")]);
    const messages = [{ role: "user", content: `Look from ${from} on.` }];
    const response = await turnpike.post({ messages, ...asked });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("Done.")]);
    const { body } = turnpike.upstream.requests.at(-1) ?? { body: { messages: [] } };
    const blocks = body.messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
    const found = new Map(
      blocks
        .filter(({ type }) => type === "tool_result")
        .map((block) => [block["tool_use_id"], JSON.stringify(block["content"])]),
    );
    const ids = blocks.filter(({ type }) => type === "tool_use").map(({ id }) => id);
    expect(ids).toHaveLength(part.length);
    results.push(...ids.map((id) => found.get(id) ?? ""));
  }
  return results;
}

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { reply, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { expectChatChunk } from "../schema/expect-openai.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { WEATHER } from "./tool-chat.ts";

const shared = shareTurnpike();

const THOUGHT = "Rome 🏛 or Oslo ❄️?";
const TEXT = 'Said „zażółć" — then 👩‍👩‍👧 and a line\nbreak.';
const INPUT = { city: 'Łódź "north" 🌧\u2028', days: [1, 2, { deep: null }] };

/** Cuts a text anywhere, but not between the halves of a surrogate pair: the API sends whole characters. */
function cut(text: string, cuts: readonly number[]): string[] {
  const characters = [...text];
  const edges = [
    0,
    ...cuts.map((at) => at % (characters.length + 1)).toSorted((a, b) => a - b),
    characters.length,
  ];
  return edges.slice(1).map((end, index) => characters.slice(edges[index], end).join(""));
}

test("however the model's answer is cut into pieces, the client has the same, and one end", async () => {
  const turnpike = shared();
  const cuts = fc.array(fc.nat(200), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(cuts, cuts, cuts, fc.boolean(), async (forThought, forText, forInput, stream) => {
      turnpike.upstream.respondWith(
        reply({
          blocks: [
            thinking("", { chunks: cut(THOUGHT, forThought) }),
            textBlock("", { chunks: cut(TEXT, forText) }),
            toolUse("get_weather", null, { chunks: cut(JSON.stringify(INPUT), forInput) }),
          ],
        }),
      );
      const request = { model: "sonnet", messages: [user("Where?")], tools: [WEATHER] };
      const seen = { thought: "", text: "", input: "", ends: [] as string[] };
      if (stream) {
        for await (const chunk of await turnpike.openai.chat.completions.create({ ...request, stream })) {
          expectChatChunk(chunk);
          const [choice] = chunk.choices;
          seen.thought += reasoningOf(choice?.delta);
          seen.text += choice?.delta.content ?? "";
          seen.input += choice?.delta.tool_calls?.[0]?.function?.arguments ?? "";
          if (choice?.finish_reason) seen.ends.push(choice.finish_reason);
        }
      } else {
        const [choice] = (await turnpike.openai.chat.completions.create(request)).choices;
        const [call] = choice?.message.tool_calls ?? [];
        seen.thought = reasoningOf(choice?.message);
        seen.text = choice?.message.content ?? "";
        seen.input = call?.type === "function" ? call.function.arguments : "";
        if (choice) seen.ends.push(choice.finish_reason);
      }
      expect(seen).toEqual({
        thought: THOUGHT,
        text: TEXT,
        input: JSON.stringify(INPUT),
        ends: ["tool_calls"],
      });
    }),
    { numRuns: 12 },
  );
});

/** A field of ours, which OpenAI's types do not have. */
function reasoningOf(said: object | undefined): string {
  const text: unknown = said && Reflect.get(said, "reasoning_content");
  return typeof text === "string" ? text : "";
}

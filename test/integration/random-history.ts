import { array, boolean, constantFrom, nat, option, record, type Arbitrary } from "fast-check";
import type { ChatCompletionContentPart, ChatCompletionMessageParam } from "openai/resources";

import { reply, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import type { MessageReply } from "../../src/demo/reply.ts";
import type { ContentBlock } from "../../src/demo/messages-body.ts";
import { conversationOf } from "../upstream/read-request.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";

/** What the model says once, and what the client sends after it. */
export interface Round {
  readonly text: string;
  readonly isThoughtOf: boolean;
  readonly calls: readonly { readonly argument: string; readonly result: string }[];
  /** Said after the results, if there are any, and else the next message. */
  readonly said: readonly Said[] | undefined;
  /** The answer is asked for so, which Claude is told in words where its API has no field for it. */
  readonly wish: "none" | "brief" | "call";
}

interface Said {
  readonly text: string;
  readonly hasImage: boolean;
  readonly name: string | undefined;
  readonly role: "user" | "system";
}

const GO_ON: Said = { text: "Go on.", hasImage: false, name: undefined, role: "user" };
const WORDS = constantFrom(
  "Look.",
  "And then?",
  "  spaces stay \n",
  "Stop. Delete nothing more.",
  "/clear @a",
  "ä😀",
  "\t ",
);
const RESULTS = constantFrom("sun", "", " ", "two\nlines", "{}", "Continue.");

const said: Arbitrary<Said> = record({
  text: WORDS,
  hasImage: constantFrom(false, false, false, true),
  name: option(constantFrom("ada", "bo_2"), { nil: undefined, freq: 4 }),
  role: constantFrom("user", "user", "user", "system"),
});

const round: Arbitrary<Round> = record({
  text: constantFrom("Well.", "I look.", "", "\n\n", "a\n\nb"),
  isThoughtOf: boolean(),
  calls: array(record({ argument: WORDS, result: RESULTS }), { maxLength: 3 }),
  said: option(array(said, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
  wish: constantFrom("none", "none", "brief", "call"),
});

/** Whose thinking is bound to what stands before it, is not, and who thinks by a budget. */
const MODELS = ["claude-sonnet-5-5", "claude-sonnet-5", "claude-haiku-4-5"] as const;

/** A conversation: what is said first, and what follows; `seed` chooses the ids that another client gives its calls. */
export const randomHistory = record({
  first: array(said, { minLength: 1, maxLength: 2 }),
  rounds: array(round, { minLength: 1, maxLength: 3 }),
  seed: nat({ max: 5 }),
  model: constantFrom(...MODELS),
});

/** What the model answers in this round: it always says or does something. */
export function replyOf({ text, isThoughtOf, calls }: Round, at: number): MessageReply {
  const words = text.trim() === "" && calls.length === 0 ? "Yes." : text;
  return reply({
    blocks: [
      ...(isThoughtOf ? [thinking("Hm.", { tag: `round ${at}` })] : []),
      ...(words === "" ? [] : [textBlock(words)]),
      ...calls.map(({ argument }, index) =>
        toolUse("look", { at: argument }, { id: `toolu_${at}x${index}` }),
      ),
    ],
  });
}

/** How the client asks for this round's answer; a model that cannot be forced is told in words to call. */
export function wishOf({ wish, calls }: Round, model: string) {
  if (wish === "brief") return { verbosity: "low" } as const;
  const isDemand = wish === "call" && calls.length > 0 && model === "claude-sonnet-5-5";
  return isDemand ? ({ tool_choice: "required" } as const) : {};
}

/** What the client sends after an answer: a result for each call in any order, and what is said besides. */
export function followUp(
  { calls, said: words }: Round,
  ids: readonly string[],
  at: number,
): ChatCompletionMessageParam[] {
  const results = calls.map(({ result }, index) => ({
    role: "tool" as const,
    tool_call_id: ids[index] ?? "",
    content: result,
  }));
  const isSilent =
    calls.length === 0 &&
    !words?.some(({ text, hasImage, role }) => (hasImage && role === "user") || text.trim() !== "");
  const spoken = [...(words ?? []), ...(isSilent ? [GO_ON] : [])];
  return [...(at % 2 === 0 ? results : results.toReversed()), ...toMessages(spoken)];
}

export function toMessages(words: readonly Said[]): ChatCompletionMessageParam[] {
  return words.map(({ text, hasImage, name, role }): ChatCompletionMessageParam => {
    if (role === "system") return { role, content: text };
    const parts: ChatCompletionContentPart[] = [{ type: "text", text }];
    if (hasImage) parts.unshift({ type: "image_url", image_url: { url: PIXEL } });
    return { role, content: hasImage ? parts : text, ...(name !== undefined && { name }) };
  });
}

/** The ids of one round's calls as other services number theirs. */
export function otherIds(seed: number, at: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const styles = [
      `call_${index}`,
      `functions.look:${index}`,
      index === 0 ? "a" : `a_${index + 1}`,
      `call_${at}_${index}`,
      `chatcmpl-tool-${"0".repeat(20)}${at}${index}`,
      `${at}:${index}/ü`,
    ];
    return styles[seed] ?? "";
  });
}

/** The messages of a request as the model reads them: with the calls numbered in their order, without thinking. */
export function readAs(request: RecordedRequest): unknown {
  const numbers = new Map<string, string>();
  const numberOf = (id: unknown) => {
    const key = String(id);
    const known = numbers.get(key) ?? `call ${numbers.size}`;
    numbers.set(key, known);
    return known;
  };
  const messages = conversationOf(request).map(({ role, content }) => {
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
    return { role, content: blocks.filter(({ type }) => !type.includes("thinking")).map(withNumber) };
  });
  function withNumber(block: ContentBlock): object {
    if (block.type === "tool_use") return { ...block, id: numberOf(block["id"]) };
    if (block.type === "tool_result") return { ...block, tool_use_id: numberOf(block["tool_use_id"]) };
    return block;
  }
  return messages.map(({ role, content }) => ({ role, content: sorted(content) }));
}

/** The order of results does not matter to the model, which knows them by their calls. */
function sorted(blocks: readonly object[]): readonly object[] {
  return blocks.toSorted((left, right) => callOf(left).localeCompare(callOf(right)));
}

/** What is no result stands behind them. */
function callOf(block: object): string {
  return "tool_use_id" in block ? String(block.tool_use_id) : "~";
}

const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

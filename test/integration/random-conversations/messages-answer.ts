import { expect } from "vitest";
import * as zod from "zod";

import { readSse } from "../../http/messages-bed.ts";
import type { Told } from "./random-client.ts";

const blockSchema = zod.looseObject({ type: zod.string() });
export type AnswerBlock = zod.infer<typeof blockSchema>;

const endSchema = zod.looseObject({
  stop_reason: zod.enum(["end_turn", "stop_sequence", "max_tokens", "tool_use"]),
  stop_sequence: zod.string().nullable(),
});
const usageSchema = zod.looseObject({ input_tokens: zod.int(), output_tokens: zod.int() });
const messageSchema = endSchema.extend({
  type: zod.literal("message"),
  role: zod.literal("assistant"),
  content: zod.array(blockSchema),
  usage: usageSchema,
});

const index = zod.int();
const deltaSchema = zod.discriminatedUnion("type", [
  zod.object({ type: zod.literal("text_delta"), text: zod.string() }),
  zod.object({ type: zod.literal("thinking_delta"), thinking: zod.string() }),
  zod.object({ type: zod.literal("signature_delta"), signature: zod.string() }),
  zod.object({ type: zod.literal("input_json_delta"), partial_json: zod.string() }),
]);
const eventSchema = zod.discriminatedUnion("type", [
  zod.looseObject({ type: zod.literal("message_start") }),
  zod.looseObject({ type: zod.literal("ping") }),
  zod.object({ type: zod.literal("content_block_start"), index, content_block: blockSchema }),
  zod.object({ type: zod.literal("content_block_delta"), index, delta: deltaSchema }),
  zod.object({ type: zod.literal("content_block_stop"), index }),
  zod.looseObject({ type: zod.literal("message_delta"), delta: endSchema, usage: usageSchema }),
  zod.object({ type: zod.literal("message_stop") }),
]);

interface ReadAnswer {
  readonly blocks: readonly AnswerBlock[];
  readonly told: Told;
}

export function readMessage(text: string): ReadAnswer {
  const message = messageSchema.parse(JSON.parse(text));
  return { blocks: message.content, told: toTold(message.content, message, message.usage) };
}

/** Reads the whole stream: it begins, tells its end and ends once, and one block follows the other. */
export function readMessageStream(text: string): ReadAnswer {
  const events = readSse(text).map(({ event, data }) => {
    const parsed = eventSchema.parse(data);
    expect(parsed.type).toBe(event);
    return parsed;
  });
  const said = events.filter(({ type }) => type !== "ping");
  expect([said[0]?.type, said.at(-1)?.type]).toEqual(["message_start", "message_stop"]);
  const ends = said.filter((event) => event.type === "message_delta");
  expect(ends).toEqual([said.at(-2)]);
  const [end] = ends;
  if (!end) throw new Error("The stream does not tell how the message ends.");
  const blocks = said.flatMap((event, at) => {
    if (event.type !== "content_block_start") return [];
    const length = said.slice(at + 1).findIndex(({ type }) => type !== "content_block_delta");
    const deltas = said.slice(at + 1, at + 1 + length);
    expect(said[at + 1 + length]).toEqual({ type: "content_block_stop", index: event.index });
    const steps = deltas.flatMap((each) => (each.type === "content_block_delta" ? [each.delta] : []));
    return [joined(event.content_block, steps)];
  });
  const starts = said.filter((event) => event.type === "content_block_start");
  expect(starts.map((event) => event.index)).toEqual(starts.map((_, at) => at));
  return { blocks, told: toTold(blocks, end.delta, end.usage) };
}

function joined(block: AnswerBlock, deltas: readonly zod.infer<typeof deltaSchema>[]): AnswerBlock {
  const text = deltas.map((delta) => (delta.type === "text_delta" ? delta.text : "")).join("");
  const thought = deltas.map((delta) => (delta.type === "thinking_delta" ? delta.thinking : "")).join("");
  const signature = deltas.map((delta) => (delta.type === "signature_delta" ? delta.signature : "")).join("");
  const json = deltas.map((delta) => (delta.type === "input_json_delta" ? delta.partial_json : "")).join("");
  switch (block.type) {
    case "text":
      return { ...block, text };
    case "thinking":
      return { ...block, thinking: thought, signature };
    case "tool_use":
      return { ...block, input: JSON.parse(json || "{}") as unknown };
    default:
      return block;
  }
}

const ENDS = { end_turn: "said", stop_sequence: "said", max_tokens: "cut", tool_use: "called" } as const;

function toTold(
  blocks: readonly AnswerBlock[],
  { stop_reason: reason, stop_sequence: stop }: zod.infer<typeof endSchema>,
  usage: zod.infer<typeof usageSchema>,
): Told {
  expect(stop !== null, "a stop sequence is told where it ended the answer").toBe(reason === "stop_sequence");
  const kinds = new Set(blocks.map(({ type }) => type));
  expect(["redacted_thinking", "text", "thinking", "tool_use"]).toEqual(expect.arrayContaining([...kinds]));
  return {
    texts: blocks.flatMap(({ type, text }) => (type === "text" ? [String(text)] : [])),
    calls: blocks.flatMap(({ type, name }) => (type === "tool_use" ? [String(name)] : [])),
    end: ENDS[reason],
    usage: { input: usage.input_tokens, output: usage.output_tokens },
  };
}

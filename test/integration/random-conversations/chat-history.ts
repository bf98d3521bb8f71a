import type { Dice } from "./create-dice.ts";
import { type Fields, PIXEL_URL, TEXT_URL, TOOL_NAMES, WORDS } from "./samples.ts";

/** A message of Chat Completions. */
export interface ChatMessage extends Fields {
  readonly role: string;
  readonly tool_calls?: readonly { readonly id: string }[];
}

/** What the client has from somewhere else: other services' ids, arguments that are no JSON, answers without a word. */
export function drawChatHistory(dice: Dice, usesTools: boolean): readonly ChatMessage[] {
  const messages: ChatMessage[] = [];
  if (dice.chance(0.5)) {
    const content = dice.pick(["You are Ada.", "", [{ type: "text", text: "You are B." }]]);
    messages.push({ role: dice.pick(["system", "developer"]), content });
  }
  if (dice.chance(0.1)) messages.push({ role: "assistant", content: "Welcome!" });
  for (let left = dice.below(4); left > 0; left -= 1) {
    messages.push(drawUser(dice));
    if (usesTools && dice.chance(0.6)) {
      messages.push(...drawCalls(dice));
      if (dice.chance(0.3)) continue;
    }
    messages.push({
      role: "assistant",
      content: dice.pick([
        "Ok.",
        "",
        " ",
        null,
        [{ type: "text", text: "Parts." }],
        [{ type: "refusal", refusal: "No." }],
      ]),
      ...(dice.chance(0.2) && { reasoning_content: "hm" }),
      ...(dice.chance(0.1) && { name: "bot" }),
    });
  }
  if (messages.at(-1)?.role !== "tool" || dice.chance(0.5)) messages.push(drawUser(dice));
  return messages;
}

function drawCalls(dice: Dice): readonly ChatMessage[] {
  const ids = dice.pick([
    ["call_0"],
    ["call_0", "call_0_2"],
    ["functions.look:0", "functions.look:1"],
    ["call_0", "call_1"],
  ]);
  const calls = ids.map((id) => ({
    id,
    type: "function",
    function: {
      name: dice.pick(TOOL_NAMES),
      arguments: dice.pick(['{"q":"a"}', "{}", "", "not json", '{"q":1}', "[1]", "null"]),
    },
  }));
  const inOrder = dice.chance(0.5) ? ids : ids.toReversed();
  return [
    { role: "assistant", content: dice.pick([null, "", "Let me.", undefined]), tool_calls: calls },
    ...inOrder.map((id) => drawResult(dice, id)),
  ];
}

/** The results of its calls, and what is said besides. */
export function drawChatReaction(
  dice: Dice,
  { tool_calls: calls = [] }: ChatMessage,
): readonly ChatMessage[] {
  const system = dice.pick(["system", "developer"]);
  return [
    ...calls.map(({ id }) => drawResult(dice, id)),
    ...(dice.chance(0.2) ? [{ role: system, content: dice.pick(["Be brief.", "", "Now in French."]) }] : []),
    ...(calls.length === 0 || dice.chance(0.3) ? [drawUser(dice)] : []),
    ...(dice.chance(0.1) ? [{ role: "system", content: "Last word." }] : []),
  ];
}

function drawUser(dice: Dice): ChatMessage {
  const words = dice.pick(WORDS);
  const text = { type: "text", text: words };
  const image = { type: "image_url", image_url: { url: PIXEL_URL } };
  const file = { type: "file", file: { filename: "a.txt", file_data: TEXT_URL } };
  const content = dice.pick([words, [text, image], [image], [file, text]]);
  return { role: "user", content, ...(dice.chance(0.2) && { name: "ada" }) };
}

function drawResult(dice: Dice, id: string): ChatMessage {
  const image = { type: "image_url", image_url: { url: PIXEL_URL } };
  const content = dice.pick([
    dice.pick(["sun", "", " ", "{}", "\n"]),
    [{ type: "text", text: dice.pick(["x", "", " "]) }],
    [{ type: "text", text: "see" }, image],
  ]);
  return { role: "tool", tool_call_id: id, content, ...(dice.chance(0.2) && { is_error: true }) };
}

export const drawEdit = (dice: Dice, message: ChatMessage): ChatMessage =>
  message.role === "user" && dice.chance(0.3) ? { ...message, content: "edited" } : message;

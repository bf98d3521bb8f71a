import type { Dice } from "./create-dice.ts";
import { type AnswerBlock, readMessage, readMessageStream } from "./messages-answer.ts";
import type { Asked, RandomClient } from "./random-client.ts";
import {
  drawModel,
  drawSampling,
  drawStops,
  drawToolNames,
  type Fields,
  PIXEL,
  SCHEMA,
  TOOL_NAMES,
  WORDS,
} from "./samples.ts";

interface Message {
  readonly role: string;
  readonly content: string | readonly Fields[];
}

const MARK = { cache_control: { type: "ephemeral" } };
const IMAGE = { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } };
const DOCUMENT = {
  type: "document",
  source: { type: "text", media_type: "text/plain", data: "d" },
  title: "t",
};
const textBlock = (text: string): Fields => ({ type: "text", text });

/** Sends its whole history each time, thinking included, now and then without it or with other words than before. */
export function createMessagesClient(dice: Dice): RandomClient {
  const usesTools = dice.chance(0.7);
  let model = drawModel(dice);
  let tools = usesTools ? drawToolNames(dice).map((name) => drawTool(dice, name)) : undefined;
  let messages = drawHistory(dice, usesTools);
  let answer: readonly AnswerBlock[] = [];
  return {
    path: "/v1/messages",
    ask: () => drawRequest(dice, model, messages, tools),
    read: (text, { body }) => {
      const { blocks, told } = body["stream"] === true ? readMessageStream(text) : readMessage(text);
      answer = blocks;
      return [told];
    },
    goOn: () => {
      const isForgetful = dice.chance(0.15);
      const kept = isForgetful ? answer.filter(({ type }) => !type.includes("thinking")) : answer;
      const content = kept.length === 0 ? "" : kept;
      messages = [...messages, { role: "assistant", content }, ...drawReaction(dice, kept)];
      if (dice.chance(0.15)) model = drawModel(dice);
      if (dice.chance(0.1)) tools = tools?.slice(0, 1);
      if (dice.chance(0.1)) messages = messages.map((message) => drawEdit(dice, message));
      return true;
    },
  };
}

function drawRequest(
  dice: Dice,
  model: string,
  messages: readonly Message[],
  tools: readonly (Fields & { readonly name: string })[] | undefined,
): Asked {
  const stops = drawStops(dice);
  const hasFormat = dice.chance(0.1);
  const isOneCallOnly = tools !== undefined && dice.chance(0.15);
  const maxTokens = dice.pick([1, 16, 1024, 1025, 3000, 8000, 64_000, 150_000]);
  const names = (tools ?? []).map(({ name }) => name);
  const { choice, callable, mustCall } = drawChoice(dice, names);
  const parallel = isOneCallOnly && { disable_parallel_tool_use: true };
  const effort = dice.chance(0.3) && { effort: dice.pick(["low", "medium", "high", "xhigh", "max"]) };
  const format = hasFormat && { format: { type: "json_schema", schema: SCHEMA } };
  const body = {
    model,
    messages,
    max_tokens: maxTokens,
    stream: dice.chance(0.5),
    ...(tools && { tools }),
    // What none may be made of are not made in parallel either.
    ...(choice && { tool_choice: { ...choice, ...(choice.type !== "none" && parallel) } }),
    ...(!choice && isOneCallOnly && { tool_choice: { type: "auto", ...parallel } }),
    ...drawSampling(dice),
    ...(dice.chance(0.15) && { top_k: 5 }),
    ...(dice.chance(0.5) && {
      system: dice.pick(["You are Ada.", [{ ...textBlock("A"), ...MARK }, textBlock("B")], "", []]),
    }),
    ...(stops.length > 0 && { stop_sequences: stops }),
    ...(dice.chance(0.6) && { thinking: drawThinking(dice, maxTokens) }),
    ...((effort || format) && { output_config: { ...effort, ...format } }),
    ...(dice.chance(0.1) && {
      metadata: { user_id: "u" },
      service_tier: "auto",
      context_management: { edits: [] },
    }),
  };
  return { body, choices: 1, stops, callable, mustCall, isOneCallOnly, hasFormat, tellsUsage: true };
}

function drawThinking(dice: Dice, maxTokens: number): Fields {
  const budget = dice.pick([1024, 2000, 7000]);
  return dice.pick<Fields>([
    { type: "disabled" },
    { type: "adaptive" },
    { type: "between_tools" },
    { type: "adaptive", display: "summarized" },
    { type: "adaptive", display: "omitted" },
    ...(maxTokens > budget ? [{ type: "enabled", budget_tokens: budget }] : []),
  ]);
}

function drawChoice(dice: Dice, tools: readonly string[]) {
  const free = { callable: tools, mustCall: false };
  if (tools.length === 0 || dice.chance(0.5)) return { choice: undefined, ...free };
  return dice.pick([
    { choice: { type: "auto" }, ...free },
    { choice: { type: "any" }, callable: tools, mustCall: true },
    { choice: { type: "tool", name: "look" }, callable: ["look"], mustCall: true },
    { choice: { type: "none" }, callable: [], mustCall: false },
  ]);
}

const drawTool = (dice: Dice, name: string) => ({
  name,
  description: "d",
  input_schema: SCHEMA,
  ...(dice.chance(0.1) && MARK),
});

/** What the client has from somewhere else. */
function drawHistory(dice: Dice, usesTools: boolean): readonly Message[] {
  const messages: Message[] = [];
  for (let left = dice.below(3); left > 0; left -= 1) {
    messages.push(drawUser(dice));
    if (usesTools && dice.chance(0.6)) {
      const ids = dice
        .pick([["toolu_1"], ["toolu_1", "toolu_2"], ["call_0", "call_1"]])
        .map((id) => `${id}r${left}`);
      const words = dice.chance(0.5) ? [textBlock("Let me.")] : [];
      const calls = ids.map((id) => ({
        type: "tool_use",
        id,
        name: dice.pick(TOOL_NAMES),
        input: { q: "a" },
      }));
      const more = dice.chance(0.3) ? [textBlock("more")] : [];
      const results = ids.map((id) => drawResult(dice, id));
      messages.push({ role: "assistant", content: [...words, ...calls] });
      messages.push({ role: "user", content: [...results, ...more] });
    }
    const content = dice.pick(["Ok.", [textBlock("Parts."), textBlock("Two")]]);
    messages.push({ role: "assistant", content });
  }
  return [...messages, drawUser(dice)];
}

/** The results of its calls, and what is said besides. */
function drawReaction(dice: Dice, answer: readonly AnswerBlock[]): readonly Message[] {
  const ids = answer.flatMap(({ type, id }) => (type === "tool_use" ? [String(id)] : []));
  const system = dice.chance(0.15) ? [{ role: "system", content: "Be kind." }] : [];
  if (ids.length === 0) return [...system, drawUser(dice)];
  const words = dice.chance(0.3) ? [textBlock(dice.pick(WORDS))] : [];
  const results = ids.map((id) => drawResult(dice, id));
  return [{ role: "user", content: [...results, ...words] }, ...system];
}

function drawUser(dice: Dice): Message {
  const words = dice.pick(WORDS);
  const content = dice.pick<Message["content"]>([
    words,
    [textBlock(words), IMAGE],
    [DOCUMENT, textBlock("x")],
    [{ ...textBlock("a"), ...MARK }, textBlock("b")],
  ]);
  return { role: "user", content };
}

const drawResult = (dice: Dice, id: string): Fields => ({
  type: "tool_result",
  tool_use_id: id,
  ...dice.pick<Fields>([
    {},
    { content: dice.pick(["sun", "", " "]) },
    { content: dice.pick([[], [textBlock("x")], [IMAGE]]) },
    { is_error: true, content: dice.pick(["bad", []]) },
  ]),
});

const drawEdit = (dice: Dice, message: Message): Message =>
  message.role === "user" && typeof message.content === "string" && dice.chance(0.3)
    ? { ...message, content: "edited" }
    : message;

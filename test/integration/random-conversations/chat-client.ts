import { readChatStream, readChat } from "./chat-answer.ts";
import { type ChatMessage, drawEdit, drawChatHistory, drawChatReaction } from "./chat-history.ts";
import type { Dice } from "./create-dice.ts";
import type { Asked, RandomClient } from "./random-client.ts";
import { drawModel, drawSampling, drawStops, drawToolNames, type Fields, SCHEMA } from "./samples.ts";

const EFFORTS = [undefined, undefined, "none", "minimal", "low", "medium", "high", "xhigh", "max"];
const LOOK = { type: "function", function: { name: "look" } };

/** Sends its whole history each time, now and then with another model, other tools, or other words than before. */
export function createChatClient(dice: Dice): RandomClient {
  const usesTools = dice.chance(0.7);
  let model = drawModel(dice);
  let tools = usesTools ? drawToolNames(dice) : dice.pick([undefined, undefined, []]);
  let messages = drawChatHistory(dice, usesTools);
  let answer: ChatMessage = { role: "assistant" };
  return {
    path: "/v1/chat/completions",
    ask: () => drawRequest(dice, model, messages, tools),
    read: (text, { body }) => {
      const { message, told } = body["stream"] === true ? readChatStream(text) : readChat(text);
      answer = message;
      return told;
    },
    goOn: () => {
      messages = [...messages, answer, ...drawChatReaction(dice, answer)];
      if (dice.chance(0.15)) model = drawModel(dice);
      if (usesTools && dice.chance(0.1)) tools = drawToolNames(dice);
      if (dice.chance(0.1)) {
        const others = messages.filter(({ role }) => role !== "system");
        messages = [{ role: "system", content: "New words." }, ...others];
      }
      if (dice.chance(0.1)) messages = messages.map((message) => drawEdit(dice, message));
      return true;
    },
  };
}

function drawRequest(
  dice: Dice,
  model: string,
  messages: readonly ChatMessage[],
  toolNames: readonly string[] | undefined,
): Asked {
  const stops = drawStops(dice);
  const hasFormat = dice.chance(0.1);
  const isOneCallOnly = dice.chance(0.15);
  const choices = dice.chance(0.1) ? 2 : 1;
  const isStream = dice.chance(0.5);
  const tellsUsage = !isStream || dice.chance(0.5);
  const { choice, callable, mustCall } = drawChoice(dice, toolNames ?? []);
  const body = {
    model,
    messages,
    ...(toolNames && { tools: toolNames.map((name) => drawTool(dice, name)) }),
    ...(choice !== undefined && { tool_choice: choice }),
    ...(isStream && { stream: true, ...(tellsUsage && { stream_options: { include_usage: true } }) }),
    ...drawSampling(dice),
    ...(stops.length > 0 && { stop: stops }),
    ...(choices > 1 && { n: choices }),
    ...drawThinking(dice),
    ...(isOneCallOnly ? { parallel_tool_calls: false } : dice.chance(0.15) && { parallel_tool_calls: true }),
    ...(dice.chance(0.3) && {
      [dice.pick(["max_tokens", "max_completion_tokens"])]: dice.pick([
        1, 16, 1000, 1024, 1025, 2000, 5000, 64_000, 200_000,
      ]),
    }),
    ...(hasFormat && {
      response_format: {
        type: "json_schema",
        json_schema: { name: "x", schema: SCHEMA, strict: dice.chance(0.5) },
      },
    }),
    ...(dice.chance(0.1) && { verbosity: dice.pick(["low", "high"]) }),
    ...(dice.chance(0.1) && {
      seed: 1,
      logit_bias: { 1: 2 },
      frequency_penalty: 0.5,
      service_tier: "flex",
      user: "a@b.c",
    }),
  };
  return { body, choices, stops, callable, mustCall, isOneCallOnly, hasFormat, tellsUsage };
}

/** In the words of OpenAI, Anthropic and OpenRouter, now and then in several of them. */
function drawThinking(dice: Dice): Fields {
  const budget = { type: "enabled", budget_tokens: dice.pick([0, 500, 2000, 40_000]) };
  return {
    reasoning_effort: dice.pick(EFFORTS),
    ...(dice.chance(0.1) && {
      thinking: dice.pick([{ type: "disabled" }, budget, true, false, { type: "adaptive" }]),
    }),
    ...(dice.chance(0.1) && {
      reasoning: dice.pick([
        { effort: "none" },
        { enabled: true },
        { enabled: false },
        { max_tokens: dice.pick([0, 100, 3000]) },
      ]),
    }),
  };
}

function drawChoice(dice: Dice, tools: readonly string[]) {
  const free = { callable: tools, mustCall: false };
  if (tools.length === 0) return { choice: undefined, ...free };
  const allowed = (mode: string) => ({ type: "allowed_tools", allowed_tools: { mode, tools: [LOOK] } });
  return dice.pick([
    { choice: undefined, ...free },
    { choice: "auto", ...free },
    { choice: "required", callable: tools, mustCall: true },
    { choice: "none", callable: [], mustCall: false },
    { choice: LOOK, callable: ["look"], mustCall: true },
    { choice: allowed("auto"), callable: ["look"], mustCall: false },
    { choice: allowed("required"), callable: ["look"], mustCall: true },
  ]);
}

const drawTool = (dice: Dice, name: string): Fields => ({
  type: "function",
  function: { name, description: "d", parameters: SCHEMA, ...(dice.chance(0.3) && { strict: true }) },
});

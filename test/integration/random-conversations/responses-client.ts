import type { Responses } from "openai/resources/responses/responses";
import { expect } from "vitest";

import { expectResponse, expectResponseStream } from "../../schema/expect-response.ts";
import { parseEvents } from "../respond.ts";
import type { Dice } from "./create-dice.ts";
import type { Asked, RandomClient, Told } from "./random-client.ts";
import {
  drawModel,
  drawSampling,
  drawToolNames,
  type Fields,
  PIXEL_URL,
  SCHEMA,
  TEXT_URL,
  WORDS,
} from "./samples.ts";

const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
const LOOK = { type: "function", name: "look" };
const IMAGE = { type: "input_image", image_url: PIXEL_URL };
const FILE = { type: "input_file", filename: "a.txt", file_data: TEXT_URL };
const inputText = (text: string): Fields => ({ type: "input_text", text });

/** Goes on from a kept response, or sends its items back, now and then without thinking or ids. */
export function createResponsesClient(dice: Dice): RandomClient {
  const usesTools = dice.chance(0.7);
  const tools = usesTools ? drawToolNames(dice).map((name) => drawTool(dice, name)) : undefined;
  const isStored = dice.chance(0.4);
  let model = drawModel(dice);
  let input: string | readonly Fields[] = dice.chance(0.3) ? "Hi" : [drawUser(dice)];
  let previous: string | undefined;
  let answer: Responses.Response | undefined;
  return {
    path: "/v1/responses",
    ask: () => {
      const begin = { model, input, store: isStored, ...(previous && { previous_response_id: previous }) };
      return drawRequest(dice, begin, tools);
    },
    read: (text, { body }) => {
      answer =
        body["stream"] === true
          ? expectResponseStream(parseEvents(text)).response
          : expectResponse(JSON.parse(text));
      return [toTold(answer)];
    },
    goOn: () => {
      if (!answer) throw new Error("Nothing was answered.");
      const reaction = drawReaction(dice, answer.output);
      if (dice.chance(0.15)) model = drawModel(dice);
      if (isStored && dice.chance(0.7)) {
        previous = answer.id;
        input = reaction;
        return true;
      }
      const sent = typeof input === "string" ? [{ role: "user", content: input }] : input;
      input = [...sent, ...drawKept(dice, answer.output), ...reaction];
      // What came before the response that it went on from is not in its input.
      return previous === undefined;
    },
  };
}

function drawRequest(
  dice: Dice,
  begin: Fields,
  tools: readonly (Fields & { readonly name: string })[] | undefined,
): Asked {
  const hasFormat = dice.chance(0.15);
  const isOneCallOnly = dice.chance(0.2);
  const names = (tools ?? []).map(({ name }) => name);
  const { choice, callable, mustCall } = drawChoice(dice, names);
  const reasoning = dice.pick([
    undefined,
    { effort: dice.pick(EFFORTS) },
    { summary: "auto" },
    { effort: "high", summary: "detailed" },
  ]);
  const body = {
    ...begin,
    ...(tools && { tools }),
    ...(choice !== undefined && { tool_choice: choice }),
    ...(dice.chance(0.5) && { stream: true }),
    ...drawSampling(dice),
    ...(reasoning && { reasoning }),
    ...(dice.chance(0.4) && { instructions: "You are Ada." }),
    ...(dice.chance(0.5) && { include: ["reasoning.encrypted_content"] }),
    ...(dice.chance(0.2) && { max_output_tokens: dice.pick([1, 16, 1024, 3000, 200_000]) }),
    ...(isOneCallOnly && { parallel_tool_calls: false }),
    ...(hasFormat && {
      text: { format: { type: "json_schema", name: "x", schema: SCHEMA }, verbosity: "low" },
    }),
    ...(dice.chance(0.2) && { truncation: "auto" }),
    ...(dice.chance(0.1) && {
      background: false,
      service_tier: "flex",
      metadata: { a: "b" },
      prompt_cache_key: "k",
    }),
  };
  // There are no stop words here.
  return { body, choices: 1, stops: [], callable, mustCall, isOneCallOnly, hasFormat, tellsUsage: true };
}

function drawChoice(dice: Dice, tools: readonly string[]) {
  const free = { callable: tools, mustCall: false };
  if (tools.length === 0 || dice.chance(0.4)) return { choice: undefined, ...free };
  return dice.pick([
    { choice: "auto", ...free },
    { choice: "required", callable: tools, mustCall: true },
    { choice: "none", callable: [], mustCall: false },
    { choice: LOOK, callable: ["look"], mustCall: true },
    {
      choice: { type: "allowed_tools", mode: "required", tools: [LOOK] },
      callable: ["look"],
      mustCall: true,
    },
  ]);
}

function drawTool(dice: Dice, name: string) {
  return name === "find_it" && dice.chance(0.5)
    ? { type: "custom", name, description: "d" }
    : { type: "function", name, description: "d", parameters: SCHEMA, strict: dice.chance(0.4) };
}

/** The output as it comes back with the next request. */
function drawKept(dice: Dice, output: readonly Responses.ResponseOutputItem[]): readonly Fields[] {
  const isForgetful = dice.chance(0.2);
  return output
    .filter(({ type }) => !isForgetful || type !== "reasoning")
    .map((item) => {
      const { id, ...rest }: Fields = { ...item };
      return id === undefined || dice.chance(0.3) ? rest : { id, ...rest };
    });
}

/** The outputs of its calls, and what is said besides. */
function drawReaction(dice: Dice, output: readonly Responses.ResponseOutputItem[]): readonly Fields[] {
  const outputs = output.flatMap((item) =>
    item.type === "function_call" || item.type === "custom_tool_call" ? [drawOutput(dice, item)] : [],
  );
  return [
    ...outputs,
    ...(dice.chance(0.2) ? [{ role: "developer", content: "Be brief." }] : []),
    ...(outputs.length === 0 || dice.chance(0.3) ? [drawUser(dice)] : []),
  ];
}

function drawUser(dice: Dice): Fields {
  const words = dice.pick(WORDS);
  const message = { type: "message", role: "user" };
  return dice.pick<Fields>([
    { role: "user", content: words },
    { ...message, content: [inputText(words), { ...IMAGE, detail: "auto" }] },
    { ...message, content: [FILE, inputText("x")] },
  ]);
}

const drawOutput = (dice: Dice, { type, call_id: id }: { type: string; call_id: string }): Fields => ({
  type: `${type}_output`,
  call_id: id,
  output: dice.pick(["sun", "", " ", [inputText("x")], [IMAGE]]),
});

function toTold({ status, incomplete_details: details, output, usage }: Responses.Response): Told {
  const calls = output.flatMap((item) =>
    item.type === "function_call" || item.type === "custom_tool_call" ? [item.name] : [],
  );
  expect([
    ["completed", undefined],
    ["incomplete", "max_output_tokens"],
  ]).toContainEqual([status, details?.reason]);
  const end = calls.length > 0 ? "called" : "said";
  return {
    texts: output.flatMap((item) =>
      item.type === "message"
        ? item.content.map((part) => (part.type === "output_text" ? part.text : part.refusal))
        : [],
    ),
    calls,
    end: status === "completed" ? end : "cut",
    usage: usage && { input: usage.input_tokens, output: usage.output_tokens },
  };
}

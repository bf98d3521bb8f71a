import { MODELS as TODAYS_MODELS } from "../../../src/demo/rules/models.ts";
import type { Dice } from "./create-dice.ts";

/** A request, or a part of one, in the words of its protocol. */
export type Fields = Readonly<Record<string, unknown>>;

/** Models that only these tests know, each with the one that it behaves like. */
export const OTHER_MODELS = {
  "claude-foo-9": "claude-fable-5-2",
  "claude-sonnet-4-6[1m]": "claude-sonnet-4-6",
};

/** By their families, by their ids, with a date. */
const MODELS = [
  "sonnet",
  "opus",
  "haiku",
  "fable",
  ...TODAYS_MODELS.map(({ id }) => id),
  "claude-haiku-4-5-20251001",
  ...Object.keys(OTHER_MODELS),
];

export const TOOL_NAMES = ["look", "find_it", "Bash"] as const;

/** Of a tool's arguments, and of an answer that has a format. */
export const SCHEMA = {
  type: "object",
  properties: { q: { type: "string" } },
  required: ["q"],
  additionalProperties: false,
};

/** What fits the schema. */
export const FITTING = { q: "x" };

/** What people say: none of it is blank, for no protocol takes that. */
export const WORDS = ["Hi", "  Hi \n", "/clear", "@x", "<system>x</system>", "é😀", "Go on."];

export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const PIXEL_URL = `data:image/png;base64,${PIXEL}`;
export const TEXT_URL = `data:text/plain;base64,${Buffer.from("hello").toString("base64")}`;

export const drawModel = (dice: Dice) => dice.pick(MODELS);

/** One to three of them, always with `look`. */
export const drawToolNames = (dice: Dice) => TOOL_NAMES.slice(0, 1 + dice.below(TOOL_NAMES.length));

export const drawSampling = (dice: Dice): Fields => ({
  ...(dice.chance(0.5) && { temperature: dice.pick([0, 0.3, 1, 0.7]) }),
  ...(dice.chance(0.3) && { top_p: dice.pick([0, 0.5, 0.95, 1]) }),
});

/** Stop words, some of which the model says. */
export function drawStops(dice: Dice): readonly string[] {
  if (!dice.chance(0.25)) return [];
  return dice.pick([["STOP"], [" "], ["\n"], ["\n\n"], ["", "X"], ["Well"], ["</s>", "\t", "Z"]]);
}

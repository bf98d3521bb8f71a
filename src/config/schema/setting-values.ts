import { z } from "zod";

import { parseByteSize } from "./byte-size.ts";
import { parseDuration } from "./duration.ts";

/**
 * A schema for one setting's value. It accepts what a flag or an environment variable gives (text) as well as what YAML gives
 * (numbers, booleans, lists), and its error says what was expected.
 */
export function value<Output>(expected: string, parse: (raw: unknown) => Output | undefined) {
  return z.unknown().transform((raw, context): Output => {
    const parsed = parse(raw);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: `expected ${expected}` });
    return z.NEVER;
  });
}

export const textValue = (expected: string, pattern = /\S/) =>
  value(expected, (raw) => (typeof raw === "string" && pattern.test(raw) ? raw : undefined));

export const wholeNumber = (least: number, most: number) =>
  value(`a whole number from ${least} to ${most}`, (raw) => {
    const isNumeral = typeof raw === "number" || (typeof raw === "string" && /^\d+$/.test(raw));
    const number = isNumeral ? Number(raw) : Number.NaN;
    return Number.isInteger(number) && number >= least && number <= most ? number : undefined;
  });

/** A positive amount in US dollars. */
export const dollars = () =>
  value("an amount in US dollars such as 2.50, more than 0", (raw) => {
    const isNumeral = typeof raw === "number" || (typeof raw === "string" && /^\d*\.?\d+$/.test(raw));
    const amount = isNumeral ? Number(raw) : Number.NaN;
    return Number.isFinite(amount) && amount > 0 ? amount : undefined;
  });

/** In milliseconds. */
export const duration = (leastMs = 1, mostMs?: number) =>
  value("a length of time such as 500ms, 30s, 10m or 1h (a bare number counts seconds)", (raw) => {
    const ms = parseDuration(raw, mostMs);
    return ms !== undefined && ms >= leastMs ? ms : undefined;
  });

/** In bytes. */
export const byteSize = (least = 1) =>
  value("a size such as 32MiB or 4GiB", (raw) => {
    const bytes = parseByteSize(raw);
    return bytes !== undefined && bytes >= least ? bytes : undefined;
  });

const YES_AND_NO: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  "1": true,
  false: false,
  no: false,
  off: false,
  "0": false,
};

export const yesOrNo = () => value("true or false", (raw) => YES_AND_NO[String(raw).toLowerCase()]);

export const oneOf = <const Choice extends string>(...choices: readonly Choice[]) => {
  const schema = value(`one of ${choices.join(", ")}`, (raw) => choices.find((choice) => choice === raw));
  fixedChoices.set(schema, choices);
  return schema;
};

const fixedChoices = new WeakMap<z.ZodType, readonly string[]>();

/** What `oneOf` takes; undefined for other schemas. */
export function choicesOf(schema: z.ZodType): readonly string[] | undefined {
  return fixedChoices.get(schema);
}

/** A list; text is split at commas. */
export const listOf = <Item extends string>(
  expected: string,
  parseItem: (item: string) => Item | undefined,
) =>
  value(`a list of ${expected}`, (raw) => {
    const items: readonly unknown[] =
      typeof raw === "string" ? raw.split(",") : Array.isArray(raw) ? raw : [raw];
    const parsed = items.map((item) => (typeof item === "string" ? parseItem(item.trim()) : undefined));
    return parsed.every((item) => item !== undefined) ? parsed : undefined;
  });

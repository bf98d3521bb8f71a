import { isRecord } from "../../../lib/is-record.ts";

/** The shortest piece of a conversation that counts as quoted, in characters. */
const LEAST_QUOTED = 10;
/** Of any quoted piece one of the probes is a part. */
const PROBE = LEAST_QUOTED / 2;
/** More of a text is not looked at and not kept. */
const MAX_REASON = 1_000;
/** The last of the conversation that is looked at, in characters. */
const MAX_SAID = 128 * 1024;
/** How often a probe is looked for: common ones occur often. */
const MAX_FOUND = 20;
const LEFT_OUT = "[…]";

/**
 * Takes out of reasons for a failure what they quote of the conversation, for logs that hold no prompts: gateways repeat requests
 * in their errors.
 * @param said what was said in the conversation, the latest last: texts, blocks and messages of the Messages API
 */
export function withoutQuotes(said: readonly unknown[]): (reason: string) => string {
  const all = lastTexts(said);
  return (reason) => cutQuotes(reason, all);
}

function cutQuotes(reason: string, all: string): string {
  const cut = reason.slice(0, MAX_REASON);
  let kept = "";
  let at = 0;
  for (let from = 0; from + PROBE <= cut.length; from += PROBE) {
    if (from < at) continue;
    const quoted = longestAround(cut, from, all);
    if (quoted.end - quoted.start < LEAST_QUOTED) continue;
    const before = cut.slice(at, Math.max(at, quoted.start));
    if (before !== "" || !kept.endsWith(LEFT_OUT)) kept += before + LEFT_OUT;
    at = quoted.end;
  }
  return kept + cut.slice(at) + (reason.length > MAX_REASON ? "…" : "");
}

/** The longest piece of the conversation that stands around this place of the reason. */
function longestAround(reason: string, from: number, all: string): { start: number; end: number } {
  const probe = reason.slice(from, from + PROBE);
  let longest = { start: from, end: from };
  let found = all.indexOf(probe);
  for (let count = 0; found !== -1 && count < MAX_FOUND; count += 1) {
    let before = 0;
    while (before < Math.min(from, found) && reason[from - before - 1] === all[found - before - 1])
      before += 1;
    let after = PROBE;
    while (from + after < reason.length && reason[from + after] === all[found + after]) after += 1;
    if (before + after > longest.end - longest.start) longest = { start: from - before, end: from + after };
    found = all.indexOf(probe, found + 1);
  }
  return longest;
}

function lastTexts(said: readonly unknown[]): string {
  const texts: string[] = [];
  let length = 0;
  for (const each of said.toReversed()) {
    const text = textsOf(each).join("\n");
    texts.push(text.slice(-MAX_SAID));
    length += text.length;
    if (length >= MAX_SAID) break;
  }
  return texts.toReversed().join("\n").slice(-MAX_SAID);
}

/** What a message or a block says; media are left out. */
function textsOf(said: unknown): readonly string[] {
  if (typeof said === "string") return [said];
  if (Array.isArray(said)) return said.flatMap(textsOf);
  if (!isRecord(said)) return [];
  const { text, thinking, content, input } = said;
  return [...[text, thinking, content].flatMap(textsOf), ...leavesOf(input)];
}

/** The texts in a call's arguments. */
function leavesOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(leavesOf);
}

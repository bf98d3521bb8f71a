/** What is asked and what must be answered: both follow from the requests alone, so that every answer can be checked. */

/** What the model has been given in a conversation. */
export interface SeenByModel {
  readonly prompts: readonly string[];
  /** Results of its calls that belong to the call that they came for. */
  readonly results: number;
}

export interface ScriptedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ScriptedAnswer {
  /** Its text, in the pieces in which it is streamed. */
  readonly pieces: readonly string[];
  readonly calls: readonly ScriptedCall[];
}

/** The calls that the model makes at once. */
const CALLS: readonly ScriptedCall[] = [
  { name: "read_file", input: { path: "src/server/listen.ts", limit: 400, mode: "text" } },
  { name: "search_text", input: { path: "src", pattern: "export function listen\\(", limit: 50 } },
];

/** A prompt that the bench's model answers with so many words, one per delta. */
export function writePrompt(tag: string, words: number): string {
  return `[${tag}] Answer in ${words} words.`;
}

/** A prompt that it answers with calls, so many times; then it is done. */
export function writeToolPrompt(tag: string, rounds: number): string {
  return `[${tag}] Use your tools in ${rounds} rounds.`;
}

/** What a tool gives: the model counts the results that name their own call. */
export function resultOf(callId: string): string {
  return `Result of ${callId}: ${"a line that the tool has found; ".repeat(64)}`;
}

/**
 * The model's answer to the last prompt. It names the first prompt's tag, how many prompts the model has seen, and how many
 * results: a lost, mixed up or flattened history gives another answer.
 */
export function answer({ prompts, results }: SeenByModel): ScriptedAnswer {
  const tag = /^\[([^\]]*)\]/.exec(prompts.at(0) ?? "")?.[1] ?? "";
  const head = `[${tag}:${prompts.length}]`;
  const last = prompts.at(-1) ?? "";
  const rounds = / in (\d+) rounds\.$/.exec(last)?.[1];
  if (rounds !== undefined) {
    const isDone = results >= Number(rounds) * CALLS.length;
    return { pieces: [head, ` ${results} results.`], calls: isDone ? [] : CALLS };
  }
  const words = Number(/ in (\d+) words\.$/.exec(last)?.[1] ?? 1);
  return { pieces: [head, ...Array<string>(words - 1).fill(" word")], calls: [] };
}

/** An answer as one text, to be compared: what the model says, then each call's name and arguments. */
export function writeAnswer({ pieces, calls }: ScriptedAnswer): string {
  return [...pieces, ...calls.map(({ name, input }) => writeCallStart(name) + JSON.stringify(input))].join(
    "",
  );
}

export function writeCallStart(name: string): string {
  return `\n${name} `;
}

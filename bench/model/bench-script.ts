/** What is asked and what must be answered: both follow from the prompts alone, so that every answer can be checked. */

/** A prompt that the bench's model answers with so many words, one per delta. */
export function writePrompt(tag: string, words: number): string {
  return `[${tag}] Answer in ${words} words.`;
}

/**
 * The model's answer to the last of these prompts, in the pieces in which it is streamed. It names the first prompt's tag and
 * how many prompts the model has seen: a lost, mixed up or flattened history gives another answer.
 */
export function answerPrompts(prompts: readonly string[]): readonly string[] {
  const tag = /^\[([^\]]*)\]/.exec(prompts.at(0) ?? "")?.[1] ?? "";
  const words = Number(/ in (\d+) words\.$/.exec(prompts.at(-1) ?? "")?.[1] ?? 1);
  return [`[${tag}:${prompts.length}]`, ...Array<string>(words - 1).fill(" word")];
}

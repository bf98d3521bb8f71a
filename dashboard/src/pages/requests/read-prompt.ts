export interface PromptMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** How the record tells who said what; see `turn-note.ts`. */
const SPEAKER = /(?:^|\n\n)(system|user|assistant|tool): /g;

/** What was asked, as it stands on record, as messages again. Results of tools, whose calls are not kept as such, become a user's words. */
export function readPrompt(prompt: string): readonly PromptMessage[] {
  const starts = [...prompt.matchAll(SPEAKER)];
  if (starts[0]?.index !== 0) return [{ role: "user", content: prompt }];
  return starts.map((start, number) => {
    const [whole, speaker] = start;
    const content = prompt.slice(start.index + whole.length, starts[number + 1]?.index);
    return { role: speaker === "system" || speaker === "assistant" ? speaker : "user", content };
  });
}

/** What the text of a completion stands in, for Claude; see `to-completion-turn.ts`. */
const CURSOR =
  /\n\nuser: <before_cursor>([\s\S]*?)<\/before_cursor>(?:<after_cursor>([\s\S]*)<\/after_cursor>)?$/;

/** The prompt of a completion, and what stands behind the cursor. */
export function readCompletionPrompt(prompt: string): { readonly prompt: string; readonly suffix?: string } {
  const [, before = prompt, after] = CURSOR.exec(prompt) ?? [];
  return { prompt: before, ...(after !== undefined && { suffix: after }) };
}

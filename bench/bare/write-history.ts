import { join } from "node:path";

import { writeTranscriptFile } from "../../src/engines/claude/content/transcript-file.ts";
import { answer, writeAnswer, writePrompt } from "../model/bench-script.ts";

/** A conversation of so many turns as a file from which a `query()` can resume; it is to be disposed of. */
export async function writeHistory(folder: string, tag: string, turns: number) {
  const prompts = Array.from({ length: turns }, () => writePrompt(tag, 20));
  const entries = prompts.flatMap((prompt, index) => {
    const text = writeAnswer(answer({ prompts: prompts.slice(0, index + 1), results: 0 }));
    return [
      { role: "user", content: prompt } as const,
      { role: "assistant", content: [{ type: "text", text }] } as const,
    ];
  });
  const file = await writeTranscriptFile(join(folder, "transcripts"), entries, Date.now());
  return { path: file.path, prompts, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
}

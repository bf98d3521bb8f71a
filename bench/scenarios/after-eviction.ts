import { join } from "node:path";

import { writeTranscriptFile } from "../../src/engines/sdk/transcript-file.ts";
import { alternate } from "../measure/alternate.ts";
import { AnswerTimer } from "../measure/timed-answer.ts";
import { answerPrompts, writePrompt } from "../model/bench-script.ts";
import type { Scenario } from "../scenario.ts";
import type { TestBed } from "../test-bed.ts";

/** The conversation's process has been ended to make room; its history is brought back from the store, or from a file. */
export const afterEviction: Scenario = {
  name: "after-eviction",
  title: "First turn after eviction",
  async run(bed) {
    const rounds = { counted: bed.samples, warmUps: bed.isSmoke ? 0 : 1 };
    const { turnpike, bare } = await alternate(rounds, {
      turnpike: () => resumeInTurnpike(bed),
      bare: () => resumeFromFile(bed),
    });
    const resumed = { what: "cold query() with resume", samples: bare };
    return [{ what: "first token", unit: "ms", turnpike, bare: resumed }];
  },
};

async function resumeInTurnpike(bed: TestBed): Promise<number> {
  await bed.settle();
  const conversation = bed.newConversation("resent");
  await conversation.ask(20, "spare");
  await conversation.ask(20, "hot");
  await conversation.evict();
  await bed.settle();
  const { firstTokenMs } = await conversation.ask(20, "resumed");
  await conversation.forget();
  return firstTokenMs;
}

/** The same history; writing the file is not measured. It goes away with the folder of the bench. */
async function resumeFromFile(bed: TestBed): Promise<number> {
  const tag = bed.newTag();
  const prompts = [writePrompt(tag, 20), writePrompt(tag, 20)];
  const entries = prompts.flatMap((prompt, index) => {
    const text = answerPrompts(prompts.slice(0, index + 1)).join("");
    return [
      { role: "user", content: prompt } as const,
      { role: "assistant", content: [{ type: "text", text }] } as const,
    ];
  });
  const transcript = await writeTranscriptFile(join(bed.folder, "transcripts"), entries, Date.now());
  await bed.settle();
  const timer = new AnswerTimer();
  const session = bed.sdk.start(bed.spec, tag, { path: transcript.path, prompts });
  const { firstTokenMs } = await session.ask(20, timer);
  await session.end();
  await transcript[Symbol.asyncDispose]();
  return firstTokenMs;
}

import { AnswerTimer } from "../measure/timed-answer.ts";
import type { TestBed } from "../test-bed.ts";
import { writeHistory } from "./write-history.ts";

/** First token of a cold `query()` after a history of so many turns in a file, in ms. To write the file is not measured. */
export async function resumeFromFile(bed: TestBed, turns: number): Promise<number> {
  const tag = bed.newTag();
  await using history = await writeHistory(bed.folder, tag, turns);
  await bed.settle();
  const timer = new AnswerTimer();
  const session = bed.sdk.start(bed.spec, tag, history);
  const { firstTokenMs } = await session.ask(20, timer);
  await session.end();
  return firstTokenMs;
}

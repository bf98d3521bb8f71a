import { resumeFromFile } from "../bare/resume-from-file.ts";
import { alternate } from "../measure/alternate.ts";
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
      bare: () => resumeFromFile(bed, 2),
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

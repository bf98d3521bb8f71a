import { availableParallelism } from "node:os";

import { askBareAtOnce } from "../bare/ask-bare-at-once.ts";
import { writeHistory } from "../bare/write-history.ts";
import { alternate } from "../measure/alternate.ts";
import type { Measurement, Scenario } from "../scenario.ts";
import type { TestBed } from "../test-bed.ts";

/** One request for so many answers (`n`): at the beginning of a conversation, and in the turn after. */
export function branches(answers: number): Scenario {
  return {
    name: `branches-${answers}`,
    title: `${answers} answers to one request`,
    async run(bed) {
      const count = bed.isSmoke ? 2 : answers;
      const rounds = { counted: Math.ceil(bed.samples / 3), warmUps: 0 };
      const subjects = await alternate(rounds, {
        begun: () => beginInTurnpike(bed, count),
        begunBare: () => beginInBareSdk(bed, count),
        continued: () => continueInTurnpike(bed, count),
        continuedBare: () => continueInBareSdk(bed, count),
      });
      const { begun, begunBare, continued, continuedBare } = subjects;
      const atATime = `${availableParallelism()} at a time`;
      return [
        answered("new conversation, all answered", begun, `cold query() each, ${atATime}`, begunBare),
        answered(
          "turn 2, all answered",
          continued,
          `one query(), the others cold with resume, ${atATime}`,
          continuedBare,
        ),
      ];
    },
  };
}

function answered(
  what: string,
  turnpike: readonly number[],
  bareWhat: string,
  samples: readonly number[],
): Measurement {
  return { what, unit: "ms", turnpike, bare: { what: bareWhat, samples } };
}

async function beginInTurnpike(bed: TestBed, count: number): Promise<number> {
  await bed.settle();
  // They begin at once, each after a look at the workspace: whichever is there first has the spare, and the first one is told of.
  const answers = await bed.newConversation("resent").askForBranches(20, count, "spare", "cold");
  await bed.client.forgetAll();
  return latest(answers.map(({ endMs }) => endMs));
}

async function beginInBareSdk(bed: TestBed, count: number): Promise<number> {
  await bed.settle();
  const tag = bed.newTag();
  return latest(
    await askBareAtOnce(
      Array.from({ length: count }, () => () => bed.sdk.start(bed.spec, tag)),
      20,
    ),
  );
}

/** Its session can hold one of the answers; the others begin from the record. */
async function continueInTurnpike(bed: TestBed, count: number): Promise<number> {
  await bed.settle();
  const conversation = bed.newConversation("resent");
  await conversation.ask(20, "spare");
  await bed.settle();
  const answers = await conversation.askForBranches(20, count, "hot");
  await bed.client.forgetAll();
  return latest(answers.map(({ endMs }) => endMs));
}

/** The same with a transcript from a file; writing it is not measured. */
async function continueInBareSdk(bed: TestBed, count: number): Promise<number> {
  const tag = bed.newTag();
  await using history = await writeHistory(bed.folder, tag, 1);
  const session = bed.sdk.start(bed.spec, tag);
  await session.ask(20);
  await bed.settle();
  const others = Array.from({ length: count - 1 }, () => () => bed.sdk.start(bed.spec, tag, history));
  const [{ endMs }, ends] = await Promise.all([session.ask(20), askBareAtOnce(others, 20)]);
  await session.end();
  return latest([endMs, ...ends]);
}

function latest(ends: readonly number[]): number {
  return Math.max(...ends);
}

import { alternate } from "../measure/alternate.ts";
import { AnswerTimer, type TimedAnswer } from "../measure/timed-answer.ts";
import { BENCH_TOOLS } from "../model/bench-tools.ts";
import type { Scenario } from "../scenario.ts";
import type { TestBed } from "../test-bed.ts";

const ROUNDS = 4;

/** The turns of one conversation: the one that ends with the first calls, then those that begin with results. */
type ToolTurns = readonly [first: TimedAnswer, ...rounds: TimedAnswer[]];

/**
 * What agents do most: Claude calls two of the client's tools, the client sends the whole history with both results, and so
 * on. The bare SDK has the same tools in the same way, and gets the results in one message.
 */
export const toolRound: Scenario = {
  name: "tool-round",
  title: "Client tools",
  async run(bed) {
    const pairs = new Array<Awaited<ReturnType<typeof measurePair>>>();
    const warmUps = bed.isSmoke ? 0 : 1;
    for (let pair = 0; pair < warmUps + bed.samples; pair += 1) {
      pairs.push(await measurePair(bed, pair % 2 === 1));
    }
    const counted = pairs.slice(warmUps);
    const turnpike = counted.map((pair) => pair.turnpike);
    const bare = counted.map((pair) => pair.bare);
    const compare = (what: string, bareWhat: string, measure: (turns: ToolTurns) => readonly number[]) => {
      const samples = bare.flatMap(measure);
      return {
        what,
        unit: "ms",
        turnpike: turnpike.flatMap(measure),
        bare: { what: bareWhat, samples },
      } as const;
    };
    const sameQuery = "results pushed into one query()";
    return [
      {
        ...compare("results to first token", sameQuery, ([, ...rounds]) => rounds.map(firstToken)),
        maxRatio: bed.hasWorkers ? 1.15 : 1.25,
      },
      compare("last piece of a call to the end", sameQuery, (turns) =>
        turns.slice(0, ROUNDS).map(lastPieceToEnd),
      ),
      compare("first token, new conversation", "prewarm(), claim(), setMcpServers()", ([first]) => [
        firstToken(first),
      ]),
    ];
  },
};

async function measurePair(
  bed: TestBed,
  isReversed: boolean,
): Promise<{ turnpike: ToolTurns; bare: ToolTurns }> {
  // Both processes have stood by before their first turn, and idle equally long before each of the others.
  const spare = await bed.sdk.prewarm(bed.toolSpec, bed.newTag(), { withTools: true });
  await bed.settle();
  const conversation = bed.newConversation("resent", BENCH_TOOLS);
  const firstOfTurnpike = await conversation.callTools(ROUNDS, "spare");
  await bed.settle();
  const timer = new AnswerTimer();
  const session = spare.claim();
  const firstOfBare = await session.callTools(BENCH_TOOLS, ROUNDS, timer);
  const rounds = await alternate(
    { counted: ROUNDS, warmUps: 0, isReversed },
    {
      async turnpike() {
        await bed.settle();
        return conversation.giveResults("hot");
      },
      async bare() {
        await bed.settle();
        return session.giveResults();
      },
    },
  );
  await session.end();
  await conversation.forget();
  return {
    turnpike: [firstOfTurnpike, ...rounds.turnpike],
    bare: [firstOfBare, ...rounds.bare],
  };
}

function firstToken({ firstTokenMs }: TimedAnswer): number {
  return firstTokenMs;
}

function lastPieceToEnd({ lastTokenMs, endMs }: TimedAnswer): number {
  return endMs - lastTokenMs;
}

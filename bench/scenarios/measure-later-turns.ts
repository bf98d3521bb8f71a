import { writeHistory } from "../bare/write-history.ts";
import { alternate } from "../measure/alternate.ts";
import type { SessionSpec } from "../../src/core/ports/engine-session.ts";
import type { TimedAnswer } from "../measure/timed-answer.ts";
import type { TestBed } from "../test-bed.ts";
import type { ConversationHistory, TurnpikeConversation } from "../turnpike/turnpike-conversation.ts";

const TURNS = { first: 2, last: 5 };

/** Claude Code without Turnpike. */
interface BareConversation {
  ask(words: number): Promise<TimedAnswer>;
  end(): Promise<void>;
}

/** Turnpike, and what it is compared with. */
export type LaterTurnsBed = Pick<TestBed, "samples" | "isSmoke" | "folder" | "spec" | "newTag" | "settle"> & {
  newConversation(history: ConversationHistory): TurnpikeConversation;
  readonly bare: { start(spec: SessionSpec, tag: string, before?: HistoryFile): BareConversation };
};

type HistoryFile = Awaited<ReturnType<typeof writeHistory>>;

/**
 * First tokens of turns 2 to 5, of as many conversations as there are samples: Turnpike's beside a live process's. `before`: so many
 * turns have been held elsewhere.
 */
export async function measureLaterTurns(
  bed: LaterTurnsBed,
  history: ConversationHistory,
  before = 0,
): Promise<{ turnpike: readonly number[]; bare: readonly number[] }> {
  const warmUps = bed.isSmoke ? 0 : 1;
  const turnpike: number[] = [];
  const bare: number[] = [];
  for (let pair = 0; pair < warmUps + bed.samples; pair += 1) {
    const turns = await measurePair(bed, history, before, pair % 2 === 1);
    if (pair < warmUps) continue;
    turnpike.push(...turns.turnpike);
    bare.push(...turns.bare);
  }
  return { turnpike, bare };
}

async function measurePair(
  bed: LaterTurnsBed,
  history: ConversationHistory,
  before: number,
  isReversed: boolean,
) {
  const tag = bed.newTag();
  await using file = before > 0 ? await writeHistory(bed.folder, tag, before) : undefined;
  // A process that has just started is faster than one that has stood by, as spares have; so it is made to stand by as well.
  const session = bed.bare.start(bed.spec, tag, file);
  await session.ask(20);
  await bed.settle();
  const conversation = bed.newConversation(history);
  conversation.bring(before);
  await conversation.ask(20, before > 0 ? "imported" : "spare");
  // While the next spare starts, both idle for about a second.
  await bed.settle();
  const turns = await alternate(
    { counted: TURNS.last - TURNS.first + 1, warmUps: 0, isReversed },
    {
      async turnpike() {
        await bed.settle();
        return (await conversation.ask(20, "hot")).firstTokenMs;
      },
      async bare() {
        await bed.settle();
        return (await session.ask(20)).firstTokenMs;
      },
    },
  );
  await session.end();
  await conversation.forget();
  return turns;
}

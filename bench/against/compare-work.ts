import { alternate } from "../measure/alternate.ts";
import type { BenchOptions } from "../bench-options.ts";
import { comparedRow, type ComparedRow } from "./compared-row.ts";
import type { ComparedWork } from "./compared-work.ts";
import type { ServerPair } from "./server-pair.ts";

/** Has both servers of a pair do the same, in conversations side by side. */
export async function compareWork(
  pair: ServerPair,
  profile: string,
  work: ComparedWork,
  { samples, isSmoke }: Pick<BenchOptions, "samples" | "isSmoke">,
): Promise<ComparedRow> {
  const warmUps = isSmoke ? 0 : 2;
  const samplesOfOwn: (readonly number[])[] = [];
  const samplesOfOther: (readonly number[])[] = [];
  for (let conversation = 0; conversation < warmUps + samples; conversation += 1) {
    const turns = await measurePair(pair, work, conversation % 2 === 1);
    if (conversation < warmUps) continue;
    samplesOfOwn.push(work.isByConversation ? [mean(turns.own)] : turns.own);
    samplesOfOther.push(work.isByConversation ? [mean(turns.other)] : turns.other);
  }
  const { title, what, unit, maxRatio } = work;
  return comparedRow(
    { profile, title, what, unit, limit: { type: "ratio", most: maxRatio } },
    { own: samplesOfOwn, other: samplesOfOther },
  );
}

/** A conversation on each side, turn by turn; both have idled equally long before each. */
async function measurePair(pair: ServerPair, work: ComparedWork, isReversed: boolean) {
  const { history, tools } = work;
  const own = pair.newConversation("own", history, tools);
  const other = pair.newConversation("other", history, tools);
  await pair.settle();
  await work.begin(own);
  await work.begin(other);
  const measure = (conversation: typeof own) => async () => {
    await pair.settle();
    return work.goOn(conversation);
  };
  const turns = await alternate(
    { counted: work.turns, warmUps: 0, isReversed },
    { own: measure(own), other: measure(other) },
  );
  await own.forget();
  await other.forget();
  return turns;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

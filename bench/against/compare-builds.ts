import type { CleanUp } from "../../src/lib/clean-up.ts";
import type { BenchOptions } from "../bench-options.ts";
import { alternate } from "../measure/alternate.ts";
import { median } from "../measure/median.ts";
import { ratioInterval } from "../measure/ratio-interval.ts";
import { startModelProcess } from "../model/start-model-process.ts";
import { type BuildPair, startBuildPair } from "./build-pair.ts";
import type { ComparedWork } from "./compared-work.ts";

/** One line of the comparison. */
export interface ComparedRow {
  readonly profile: string;
  readonly title: string;
  readonly what: string;
  readonly unit: ComparedWork["unit"];
  readonly own: number;
  readonly other: number;
  /** This build's median as a multiple of the other's. */
  readonly ratio: number;
  /** Within which it lies with 95 % confidence. */
  readonly interval: readonly [from: number, to: number];
  readonly samples: { readonly own: readonly number[]; readonly other: readonly number[] };
  readonly maxRatio: number;
  readonly isWithinLimit: boolean;
}

/** Hot turns of this build and the other one by turns, in one run. */
export async function compareBuilds(
  options: BenchOptions & { readonly against: string },
  folder: string,
  cleanUp: CleanUp,
  report: (progress: string) => void,
): Promise<readonly ComparedRow[]> {
  const modelUrl = await startModelProcess(cleanUp);
  const rows: ComparedRow[] = [];
  for (const profile of options.profiles) {
    report(`${profile}: starting both servers`);
    const profileFolder = `${folder}/${profile}`;
    const given = { profile, modelUrl, otherFolder: options.against, folder: profileFolder };
    const pair = await startBuildPair(given, cleanUp);
    for (const work of options.works) {
      report(`${profile}: ${work.name}`);
      rows.push(await compare(pair, profile, work, options));
    }
  }
  return rows;
}

async function compare(
  pair: BuildPair,
  profile: string,
  work: ComparedWork,
  { samples, isSmoke }: BenchOptions,
): Promise<ComparedRow> {
  const warmUps = isSmoke ? 0 : 2;
  const samplesOfOwn: number[][] = [];
  const samplesOfOther: number[][] = [];
  for (let conversation = 0; conversation < warmUps + samples; conversation += 1) {
    const turns = await measurePair(pair, work, conversation % 2 === 1);
    if (conversation < warmUps) continue;
    samplesOfOwn.push([...turns.own]);
    samplesOfOther.push([...turns.other]);
  }
  const { title, what, unit, maxRatio } = work;
  const [own, other] = [median(samplesOfOwn.flat()), median(samplesOfOther.flat())];
  const ratio = own / other;
  return {
    profile,
    title,
    what,
    unit,
    own,
    other,
    ratio,
    interval: ratioInterval(samplesOfOwn, samplesOfOther),
    samples: { own: samplesOfOwn.flat(), other: samplesOfOther.flat() },
    maxRatio,
    isWithinLimit: ratio <= maxRatio,
  };
}

/** A conversation on each side, turn by turn; both have idled equally long before each. */
async function measurePair(pair: BuildPair, work: ComparedWork, isReversed: boolean) {
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

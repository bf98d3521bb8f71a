import type { CleanUp } from "../../src/lib/clean-up.ts";
import type { BenchOptions } from "../bench-options.ts";
import { alternate } from "../measure/alternate.ts";
import { median } from "../measure/median.ts";
import { ratioInterval } from "../measure/ratio-interval.ts";
import { startModelProcess } from "../model/start-model-process.ts";
import { type BuildPair, startBuildPair } from "./build-pair.ts";
import { COMPARED_WORK, type ComparedWork, HOT_TURNS } from "./compared-work.ts";

/** What a build may take, as a multiple of the other. */
const MAX_RATIO = 1.02;

/** One line of the comparison; times in milliseconds. */
export interface ComparedRow {
  readonly profile: string;
  readonly title: string;
  readonly what: string;
  readonly ownMs: number;
  readonly otherMs: number;
  /** This build's median as a multiple of the other's. */
  readonly ratio: number;
  /** Within which it lies with 95 % confidence. */
  readonly interval: readonly [from: number, to: number];
  readonly samples: { readonly own: readonly number[]; readonly other: readonly number[] };
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
  const names = new Set(options.scenarios.map(({ name }) => name));
  const works = COMPARED_WORK.filter(({ name }) => names.has(name));
  const rows: ComparedRow[] = [];
  for (const profile of options.profiles) {
    report(`${profile}: starting both servers`);
    const profileFolder = `${folder}/${profile}`;
    const given = { profile, modelUrl, otherFolder: options.against, folder: profileFolder };
    const pair = await startBuildPair(given, cleanUp);
    for (const work of works) {
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
  const own: number[][] = [];
  const other: number[][] = [];
  for (let conversation = 0; conversation < warmUps + samples; conversation += 1) {
    const turns = await measurePair(pair, work, conversation % 2 === 1);
    if (conversation < warmUps) continue;
    own.push([...turns.own]);
    other.push([...turns.other]);
  }
  const [ownMs, otherMs] = [median(own.flat()), median(other.flat())];
  const ratio = ownMs / otherMs;
  return {
    profile,
    title: work.title,
    what: work.what,
    ownMs,
    otherMs,
    ratio,
    interval: ratioInterval(own, other),
    samples: { own: own.flat(), other: other.flat() },
    isWithinLimit: ratio <= MAX_RATIO,
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
    return (await work.goOn(conversation)).firstTokenMs;
  };
  const turns = await alternate(
    { counted: HOT_TURNS, warmUps: 0, isReversed },
    { own: measure(own), other: measure(other) },
  );
  await own.forget();
  await other.forget();
  return turns;
}

import type { CleanUp } from "../../src/lib/clean-up.ts";
import type { BenchOptions } from "../bench-options.ts";
import { startModelProcess } from "../model/start-model-process.ts";
import { compareWork } from "./compare-work.ts";
import type { ComparedRow } from "./compared-row.ts";
import { startServerPair } from "./server-pair.ts";

/** Hot turns of this build and the other one by turns, in one run. */
export async function compareBuilds(
  options: BenchOptions & { readonly against: string },
  folder: string,
  cleanUp: CleanUp,
  report: (progress: string) => void,
): Promise<readonly ComparedRow[]> {
  const modelUrl = await startModelProcess(cleanUp);
  const sides = { own: {}, other: { buildFolder: options.against } };
  const rows: ComparedRow[] = [];
  for (const profile of options.profiles) {
    report(`${profile}: starting both servers`);
    const pair = await startServerPair({ profile, modelUrl, sides, folder: `${folder}/${profile}` }, cleanUp);
    for (const work of options.works) {
      report(`${profile}: ${work.name}`);
      rows.push(await compareWork(pair, profile, work, options));
    }
  }
  return rows;
}

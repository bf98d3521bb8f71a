import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { CleanUp } from "../src/lib/clean-up.ts";
import type { BenchOptions } from "./bench-options.ts";
import type { BenchProfileName } from "./bench-profiles.ts";
import { startModelProcess } from "./model/start-model-process.ts";
import { summarize, type ResultRow } from "./report/result-row.ts";
import { startTestBed, type TestBed } from "./test-bed.ts";

/** Runs the chosen scenarios with each profile. `report` hears what is being done. */
export async function runScenarios(
  options: BenchOptions,
  folder: string,
  cleanUp: CleanUp,
  report: (progress: string) => void,
): Promise<readonly ResultRow[]> {
  if (options.scenarios.length === 0) return [];
  const modelUrl = await startModelProcess(cleanUp);
  const run = async (profile: BenchProfileName) => {
    report(`${profile}: starting the server`);
    const profileFolder = join(folder, profile);
    await mkdir(profileFolder);
    const { samples, isSmoke } = options;
    const bed = await startTestBed({ profile, modelUrl, folder: profileFolder, samples, isSmoke });
    cleanUp.defer(() => bed.close());
    const rows = await runWithProfile(bed, profile, options, report);
    await bed.close();
    return rows;
  };
  // Where nobody looks at the times, nothing has to wait for its turn.
  if (options.isSmoke) return (await Promise.all(options.profiles.map(run))).flat();
  const rows: ResultRow[] = [];
  for (const profile of options.profiles) rows.push(...(await run(profile)));
  return rows;
}

async function runWithProfile(
  bed: TestBed,
  profile: string,
  { scenarios }: BenchOptions,
  report: (progress: string) => void,
): Promise<readonly ResultRow[]> {
  const rows: ResultRow[] = [];
  for (const { name, title, run } of scenarios) {
    report(`${profile}: ${name}`);
    try {
      const measurements = await run(bed);
      rows.push(...measurements.map((measurement) => summarize(profile, name, title, measurement)));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Scenario ${name}, profile ${profile}: ${reason}`, { cause });
    }
  }
  return rows;
}

import { copyFile } from "node:fs/promises";
import { join } from "node:path";

import { CleanUp } from "../../src/lib/clean-up.ts";
import type { BenchOptions } from "../bench-options.ts";
import type { BenchProfileName } from "../bench-profiles.ts";
import { compareWork } from "../against/compare-work.ts";
import type { ComparedRow } from "../against/compared-row.ts";
import { type PairSide, type ServerPair, startServerPair } from "../against/server-pair.ts";
import { startModelProcess } from "../model/start-model-process.ts";
import { compareGateway } from "./compare-gateway.ts";
import { fillRequestLog } from "./fill-request-log.ts";
import { LOG_WORK } from "./log-work.ts";
import { measureLogCost } from "./measure-log-cost.ts";

/**
 * What the request log costs: turns with so many requests on record and the dashboard open beside turns with an empty log that
 * nobody looks at; and what putting a turn on record takes.
 */
export async function compareLog(
  options: BenchOptions & { readonly logRows: number },
  folder: string,
  cleanUp: CleanUp,
  report: (progress: string) => void,
): Promise<readonly ComparedRow[]> {
  const { logRows, gateway, logFile = join(folder, "requests.db") } = options;
  report(`filling the request log with ${logRows.toLocaleString("en")} requests, if it is not there`);
  await fillRequestLog(logFile, logRows);
  const modelUrl = await startModelProcess(cleanUp);
  const rows: ComparedRow[] = [];
  const withPair = async (
    profile: BenchProfileName,
    name: string,
    sides: { readonly own: PairSide; readonly other: PairSide },
    measure: (pair: ServerPair) => Promise<readonly ComparedRow[]>,
  ) => {
    report(`${profile}: ${name}`);
    const pairCleanUp = new CleanUp();
    cleanUp.defer(() => pairCleanUp.run());
    const pairFolder = join(folder, "log", profile, name);
    const pair = await startServerPair({ profile, modelUrl, sides, folder: pairFolder }, pairCleanUp);
    rows.push(...(await measure(pair)));
    await pairCleanUp.run();
  };
  for (const profile of options.profiles) {
    await withPair(
      profile,
      "watched",
      { own: { requestLogFile: logFile, isWatched: true }, other: {} },
      async (pair) => {
        const compared: ComparedRow[] = [];
        for (const work of LOG_WORK) compared.push(await compareWork(pair, profile, work, options));
        return compared;
      },
    );
  }
  report("putting turns on record");
  const ownFile = join(folder, "on-record.db");
  await copyFile(logFile, ownFile);
  rows.push(...(await measureLogCost(ownFile, options, cleanUp)));
  if (gateway !== undefined) {
    report("the gateway");
    const given = { ...options, program: gateway, modelUrl, folder: join(folder, "gateway") };
    rows.push(await compareGateway(given, cleanUp));
  }
  return rows;
}

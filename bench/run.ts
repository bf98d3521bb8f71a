/** `npm run bench`: Turnpike against the bare Agent SDK, or another build, in the same run. See bench/README.md. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CleanUp } from "../src/lib/clean-up.ts";
import { type BenchOptions, parseBenchOptions, USAGE } from "./bench-options.ts";
import { compareBuilds } from "./against/compare-builds.ts";
import { compareLog } from "./log/compare-log.ts";
import { describeMachine, formatMachine } from "./report/describe-machine.ts";
import { formatComparison } from "./report/format-comparison.ts";
import { formatMarkdown, formatTable } from "./report/format-table.ts";
import { runScenarios } from "./run-scenarios.ts";

interface Outcome {
  readonly rows: readonly { readonly isWithinLimit?: boolean }[];
  readonly table: string;
}

async function measure(options: BenchOptions, folder: string, cleanUp: CleanUp): Promise<Outcome> {
  const { against, logRows, asMarkdown } = options;
  if (against !== undefined) {
    const rows = await compareBuilds({ ...options, against }, folder, cleanUp, report);
    return { rows, table: formatComparison(rows, ["This build", "The other"], asMarkdown) };
  }
  const rows = await runScenarios(options, folder, cleanUp, report);
  if (logRows === undefined) return { rows, table: asMarkdown ? formatMarkdown(rows) : formatTable(rows) };
  const compared = await compareLog({ ...options, logRows }, folder, cleanUp, report);
  return { rows: compared, table: formatComparison(compared, ["With", "Without"], asMarkdown) };
}

/** Resolves with the exit code: 1 when a limit was missed. */
async function runBench(options: BenchOptions, interrupted: Promise<never>): Promise<number> {
  const machine = describeMachine();
  const startedAt = new Date().toISOString();
  const cleanUp = new CleanUp();
  try {
    const folder = await mkdtemp(join(tmpdir(), "turnpike-bench-"));
    cleanUp.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const { against, samples } = options;
    const running = measure(options, folder, cleanUp);
    // When the bench is interrupted, its processes end and what waits for them fails.
    running.catch(() => {});
    const { rows, table } = await Promise.race([running, interrupted]);

    if (options.isSmoke) {
      console.log("Every scenario works. (A smoke run does not look at the times.)");
      return 0;
    }
    console.log(`\n${formatMachine(machine)}; ${samples} samples, medians.\n`);
    console.log(table);
    if (options.jsonFile !== undefined) {
      await writeFile(
        options.jsonFile,
        `${JSON.stringify({ startedAt, machine, samples, against, rows }, null, 2)}\n`,
      );
    }
    const missed = rows.filter(({ isWithinLimit }) => isWithinLimit === false);
    if (missed.length === 0) return 0;
    console.error(`\n${missed.length} of the limits were missed.`);
    return 1;
  } finally {
    await cleanUp.run();
  }
}

function report(progress: string): void {
  console.error(progress);
}

/** Rejects at the first SIGINT or SIGTERM; more of them change nothing, for the processes are being ended. */
function watchForSignals(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => reject(new Error(`${signal}: the bench ends its processes and stops.`)));
    }
  });
  interrupted.catch(() => {});
  return interrupted;
}

try {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options) process.exitCode = await runBench(options, watchForSignals());
  else console.log(USAGE);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

import { parseArgs } from "node:util";

import { COMPARED_WORK, type ComparedWork } from "./against/compared-work.ts";
import { BENCH_PROFILES, type BenchProfileName } from "./bench-profiles.ts";
import { ALL_SCENARIOS } from "./scenarios/all-scenarios.ts";
import type { Scenario } from "./scenario.ts";

export interface BenchOptions {
  readonly samples: number;
  readonly isSmoke: boolean;
  readonly profiles: readonly BenchProfileName[];
  readonly scenarios: readonly Scenario[];
  /** What is compared with another build. */
  readonly works: readonly ComparedWork[];
  readonly asMarkdown: boolean;
  readonly jsonFile: string | undefined;
  /** The folder of another build, to be compared with instead of the bare SDK. */
  readonly against: string | undefined;
  /** So many requests are on record where the cost of the request log is measured, instead of anything else. */
  readonly logRows: number | undefined;
  /** Where that log is, or is kept for another run. */
  readonly logFile: string | undefined;
  /** The program of another gateway with a request log, to be measured beside it. */
  readonly gateway: string | undefined;
}

/** In a smoke run. */
const FEW_ROWS = 300;

export const USAGE = `Usage: npm run bench -- [options]

  --samples <number>   Samples of each measurement (default 15)
  --only <names>       Scenarios, separated by commas: ${ALL_SCENARIOS.map(({ name }) => name).join(", ")}
                       With --against: ${COMPARED_WORK.map(({ name }) => name).join(", ")}
  --profile <name>     ${Object.keys(BENCH_PROFILES).join(" or ")} (default both)
  --markdown           Print the table as Markdown
  --json <file>        Write all samples and the machine's description to a file
  --against <folder>   Compare hot turns and the cost of a stream with another build of Turnpike, a checkout with its packages (default samples 40)
  --log-rows <number>  Measure what a request log with so many rows and an open dashboard cost turns (default samples 40)
  --log-file <file>    Where that log is kept for the next run; filled when it is not there
  --gateway <program>  With --log-rows: the same with better-ccflare, of the npm package of that name
  --smoke              Run every scenario once or twice and ignore the times: whether it works
  --help               Show this text`;

/**
 * The command line, understood; undefined when help was asked for.
 * @throws Error that says what is wrong with it.
 */
export function parseBenchOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      samples: { type: "string" },
      only: { type: "string" },
      profile: { type: "string" },
      markdown: { type: "boolean", default: false },
      json: { type: "string" },
      against: { type: "string" },
      "log-rows": { type: "string" },
      "log-file": { type: "string" },
      gateway: { type: "string" },
      smoke: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const comparesServers = values.against !== undefined || values["log-rows"] !== undefined;
  const samples = readCount("--samples", values.samples) ?? (values.smoke ? 1 : comparesServers ? 40 : 15);
  if (values.against !== undefined && values["log-rows"] !== undefined)
    throw new Error("--against and --log-rows measure different things: one at a time.");
  const hasScenarios = !comparesServers;
  const isWholeSmoke = values.smoke && hasScenarios && values.only === undefined;
  return {
    samples,
    isSmoke: values.smoke,
    profiles: chooseProfiles(values.profile),
    scenarios: hasScenarios ? choose(ALL_SCENARIOS, values.only) : [],
    works: values.against === undefined ? [] : choose(COMPARED_WORK, values.only),
    asMarkdown: values.markdown,
    jsonFile: values.json,
    against: values.against,
    logRows: readCount("--log-rows", values["log-rows"]) ?? (isWholeSmoke ? FEW_ROWS : undefined),
    logFile: values["log-file"],
    gateway: values.gateway,
  };
}

function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`${name} wants a whole number from 1.`);
  return count;
}

function chooseProfiles(wanted: string | undefined): readonly BenchProfileName[] {
  if (wanted === undefined) return ["default", "chat"];
  if (wanted === "default" || wanted === "chat") return [wanted];
  throw new Error(`--profile knows no "${wanted}", only default and chat.`);
}

function choose<Named extends { readonly name: string }>(
  all: readonly Named[],
  wanted: string | undefined,
): readonly Named[] {
  if (wanted === undefined) return all;
  const names = wanted.split(",");
  const unknown = names.find((name) => !all.some((each) => each.name === name));
  if (unknown !== undefined) throw new Error(`--only knows no "${unknown}". See --help.`);
  return all.filter(({ name }) => names.includes(name));
}

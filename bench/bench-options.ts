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
}

export const USAGE = `Usage: npm run bench -- [options]

  --samples <number>   Samples of each measurement (default 15)
  --only <names>       Scenarios, separated by commas: ${ALL_SCENARIOS.map(({ name }) => name).join(", ")}
                       With --against: ${COMPARED_WORK.map(({ name }) => name).join(", ")}
  --profile <name>     ${Object.keys(BENCH_PROFILES).join(" or ")} (default both)
  --markdown           Print the table as Markdown
  --json <file>        Write all samples and the machine's description to a file
  --against <folder>   Compare hot turns and the cost of a stream with another build of Turnpike, a checkout with its packages (default samples 40)
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
      smoke: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const usual = values.against === undefined ? 15 : 40;
  const samples = Number(values.samples ?? (values.smoke ? 1 : usual));
  if (!Number.isInteger(samples) || samples < 1) throw new Error("--samples wants a whole number from 1.");
  return {
    samples,
    isSmoke: values.smoke,
    profiles: chooseProfiles(values.profile),
    scenarios: values.against === undefined ? choose(ALL_SCENARIOS, values.only) : [],
    works: values.against === undefined ? [] : choose(COMPARED_WORK, values.only),
    asMarkdown: values.markdown,
    jsonFile: values.json,
    against: values.against,
  };
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

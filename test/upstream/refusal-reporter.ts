import type { Reporter } from "vitest/node";

import { readTally, removeTally } from "./refusal-tally.ts";

/**
 * Sums up what the scripted model refused in all test files. A request that the real API would refuse, and that no test
 * wanted to be refused, fails the run, whichever test it belongs to.
 */
export class RefusalReporter implements Reporter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  onTestRunStart(): void {
    removeTally(this.#file);
  }

  onTestRunEnd(): void {
    const { refused, unwanted } = readTally(this.#file);
    removeTally(this.#file);
    if (refused === 0) return;
    console.log(
      `\n${refused} requests refused by the scripted model, ${refused - unwanted.length} as wanted`,
    );
    if (unwanted.length === 0) return;
    for (const { file, test, message } of unwanted) console.log(`  ${file} > ${test}: ${message}`);
    process.exitCode = 1;
  }
}

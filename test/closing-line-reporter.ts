import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with every failure's name and one plain line, for people, for programs that count, and for logs that keep only their end. */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (...states: string[]) =>
      tests.filter((test) => states.includes(test.result().state)).length;
    // A file that could not even be loaded has no tests, but is a failure.
    const broken = modules.filter((module) => module.errors().length > 0);
    const failed = tests.filter((test) => ["failed", "pending"].includes(test.result().state));
    for (const name of [
      ...broken.map((module) => module.relativeModuleId),
      ...failed.map((test) => `${test.module.relativeModuleId} > ${test.fullName}`),
    ]) {
      console.log(`failed: ${name}`);
    }
    console.log(
      `\n${count("passed")} passed, ${failed.length + broken.length} failed, ${count("skipped")} skipped`,
    );
  }
}

import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with one plain line, for people and for programs that count. */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules
      .flatMap((module) => [...module.children.allTests()])
      .map((test) => test.result().state);
    const count = (state: (typeof states)[number]) => states.filter((one) => one === state).length;
    // A file that could not even be loaded has no tests, but is a failure.
    const broken = modules.filter((module) => module.errors().length > 0).length;
    console.log(
      `\n${count("passed")} passed, ${count("failed") + count("pending") + broken} failed, ${count("skipped")} skipped`,
    );
  }
}

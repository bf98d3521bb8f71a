import { describe, test } from "vitest";

import { findProgram, type Program, type ProgramName } from "./find-program.ts";

/** Tests that drive this program. Where it is missing they are skipped saying so, but in CI they fail. */
export function describeProgram(name: ProgramName, defineTests: (program: Program) => void): void {
  const source = findProgram(name);
  if (source.type === "found") {
    describe(name, () => defineTests(source.program));
  } else if (source.type === "missing" && process.env["CI"] === "true") {
    test(name, () => {
      throw new Error(`These tests need ${name}: ${source.reason}.`);
    });
  } else {
    test.skip(`${name} (${source.reason})`, () => {});
  }
}

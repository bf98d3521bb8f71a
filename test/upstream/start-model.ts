import { appendFileSync } from "node:fs";

import { expect, inject } from "vitest";
import { startScriptedModel } from "../../src/demo/scripted-model.ts";
import type { ScriptedModel, ScriptedModelOptions } from "../../src/demo/scripted-model.ts";
import type { TallyEntry } from "./refusal-tally.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The file that all test files of a run write to. */
    refusalTally: string;
  }
}

/**
 * A scripted model whose refusals count: what the real API would refuse must not be sent, unless a test takes the
 * refusal as wanted. The caller closes the model.
 */
export function startModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  return startScriptedModel({ ...options, onRefusal: (message) => tally("refused", message) });
}

/** The refusals that this test wanted, oldest first. */
export function takeRefusals(model: ScriptedModel): string[] {
  const refusals = model.takeRejections();
  for (const refusal of refusals) tally("wanted", refusal);
  return refusals;
}

/** Fails when the model had to refuse something that no test has taken as wanted. */
export function expectNoRefusals(model: ScriptedModel): void {
  expect(model.takeRejections(), "The real API would have refused").toEqual([]);
}

/** Writes down that the scripted model refused a request, or that a test wanted this refusal. */
function tally(kind: TallyEntry["kind"], message: string): void {
  const { testPath = "", currentTestName = "" } = expect.getState();
  const entry: TallyEntry = { kind, file: testPath, test: currentTestName, message };
  // At once, since a refusal may come when the test that is to blame has ended.
  appendFileSync(inject("refusalTally"), `${JSON.stringify(entry)}\n`);
}

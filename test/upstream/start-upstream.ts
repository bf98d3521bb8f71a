import { onTestFinished } from "vitest";
import type { ScriptedModel, ScriptedModelOptions } from "../../src/demo/scripted-model.ts";
import { expectNoRefusals, startModel } from "./start-model.ts";

/**
 * A scripted model for one test: closed when the test ends, and the test fails if the model had to refuse a request
 * that the real API would refuse too (unless the test takes the refusal by `takeRefusals`).
 */
export async function startUpstream(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const model = await startModel(options);
  onTestFinished(async () => {
    await model.close();
    expectNoRefusals(model);
  });
  return model;
}

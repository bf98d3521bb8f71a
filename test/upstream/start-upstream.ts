import { onTestFinished } from "vitest";
import { startScriptedModel } from "../../src/demo/scripted-model.ts";
import type { ScriptedModel, ScriptedModelOptions } from "../../src/demo/scripted-model.ts";

interface UpstreamOptions extends ScriptedModelOptions {
  /** Set when the test sends a request on purpose that the real API would refuse. */
  allowRejections?: boolean;
}

/**
 * A scripted model for one test: closed when the test ends, and the test fails if the model had to
 * refuse a request that the real API would refuse too. For a whole file use `startScriptedModel` in
 * `beforeAll` and return its `close`.
 */
export async function startUpstream(options: UpstreamOptions = {}): Promise<ScriptedModel> {
  const { allowRejections = false, ...modelOptions } = options;
  const model = await startScriptedModel(modelOptions);
  onTestFinished(async () => {
    await model.close();
    if (allowRejections || model.rejections.length === 0) return;
    throw new Error(`The real API would have refused: ${model.rejections.join(" | ")}`);
  });
  return model;
}

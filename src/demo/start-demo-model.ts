import { createDemoResponder } from "./demo-responder.ts";
import { startScriptedModel } from "./scripted-model.ts";
import type { ScriptedModel } from "./scripted-model.ts";

/** The scripted model of `turnpike --demo`: speaks at a human pace and keeps no requests. */
export function startDemoModel(options: { port?: number } = {}): Promise<ScriptedModel> {
  return startScriptedModel({
    ...options,
    respond: createDemoResponder({ delayMs: 20 }),
    recordLimit: 0,
    plays: "as-the-model",
  });
}

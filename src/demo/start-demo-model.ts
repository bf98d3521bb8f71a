import { createDemoResponder } from "./demo-responder.ts";
import { startScriptedModel } from "./scripted-model.ts";
import type { ScriptedModel } from "./scripted-model.ts";

interface DemoOptions {
  port?: number;
  onRefusal?: (message: string) => void;
}

/** The scripted model of `turnpike --demo`: speaks at a human pace and keeps no requests. */
export function startDemoModel(options: DemoOptions = {}): Promise<ScriptedModel> {
  return startScriptedModel({
    ...options,
    respond: createDemoResponder({ delayMs: 20 }),
    recordLimit: 0,
    plays: "as-the-model",
  });
}

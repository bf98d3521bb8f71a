import type { Client } from "../client.ts";
import { formSteps } from "../form-steps.ts";

/** Roo Code: it keeps its settings in its editor's own store. */
export const roo: Client = {
  name: "roo",
  aliases: ["roo-code"],
  title: "Roo Code",
  documentation: ["https://docs.roocode.com/providers/openai-compatible"],
  plan: (target) => ({
    steps: formSteps(target, "Roo Code's settings (the gear), API Provider: OpenAI Compatible."),
    key: "Roo Code keeps it in its editor's secret store.",
    start: [],
  }),
};

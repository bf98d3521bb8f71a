import type { Client } from "../client.ts";
import { formSteps } from "../form-steps.ts";

/** Cline: it keeps its settings in its editor's own store. */
export const cline: Client = {
  name: "cline",
  title: "Cline",
  documentation: ["https://docs.cline.bot/provider-config/openai-compatible"],
  plan: (target) => ({
    steps: formSteps(target, "Cline's settings (the gear), API Provider: OpenAI Compatible."),
    key: "Cline keeps it in its editor's secret store.",
    start: [],
  }),
};

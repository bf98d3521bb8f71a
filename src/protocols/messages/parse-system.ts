import type { PromptBody } from "./messages-request-schema.ts";

/** Claude Code, as a client, puts a line for the API's bookkeeping first. It is not for the model, and differs each time. */
const BOOKKEEPING = "x-anthropic-billing-header";

/** The system text, its blocks joined by blank lines. */
export function parseSystem(system: PromptBody["system"]): string {
  if (!system) return "";
  const texts = typeof system === "string" ? [system] : system.map((block) => block.text);
  return texts.filter((text) => text !== "" && !text.startsWith(BOOKKEEPING)).join("\n\n");
}

import { whereKeyIs } from "./key-line.ts";
import type { Target } from "./target.ts";

/** What to fill in where a client has a form for an OpenAI-compatible provider. */
export function formSteps({ apiUrl, key, model, models }: Target, opening: string): readonly string[] {
  const others = models.filter((one) => one !== model).map(({ id }) => id);
  return [
    opening,
    `Base URL: ${apiUrl}`,
    `API key: ${whereKeyIs(key)}`,
    `Model ID: ${model.id}${others.length > 0 ? ` (or ${others.join(", ")})` : ""}`,
    `Context window: ${model.contextTokens}; max output tokens: ${model.maxOutputTokens}; images: yes.`,
  ];
}

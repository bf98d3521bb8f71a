import type { ClientTools } from "../words/client-tool.ts";
import type { Message } from "../words/message.ts";
import type { ModelTarget } from "../words/profile.ts";

/** What a model would be given to read. */
export interface TokenPrompt {
  readonly systemText: string;
  readonly messages: readonly Message[];
  readonly tools: ClientTools;
}

export interface TokenCount {
  readonly tokens: number;
  /** `api`: what the model's API has counted. `estimate`: reckoned here. */
  readonly source: "api" | "estimate";
}

/**
 * How many input tokens a prompt has for a model; without a model, for the newest ones. Answers within a few seconds, and rejects
 * for no other reason than that the signal aborts.
 */
export type CountTokens = (
  prompt: TokenPrompt,
  target: ModelTarget | undefined,
  signal: AbortSignal,
) => Promise<TokenCount>;

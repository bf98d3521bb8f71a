import type { ClientTools } from "../words/client-tool.ts";
import type { Message } from "../words/message.ts";
import type { ModelTarget } from "../words/profile.ts";

/** The input that a model would get. */
export interface TokenPrompt {
  readonly systemText: string;
  readonly messages: readonly Message[];
  readonly tools: ClientTools;
}

export interface TokenCount {
  readonly tokens: number;
  /** `api`: counted by the model's API. `estimate`: calculated here. */
  readonly source: "api" | "estimate";
}

/**
 * Counts the input tokens of a prompt for a model; without a model, for the newest ones. Resolves within a few seconds, and
 * rejects only when the signal aborts.
 */
export type CountTokens = (
  prompt: TokenPrompt,
  target: ModelTarget | undefined,
  signal: AbortSignal,
) => Promise<TokenCount>;

import type { ClientTools } from "../client-tool.ts";
import type { Message } from "../message.ts";

/** What a model would be given to read. */
export interface TokenPrompt {
  readonly systemText: string;
  readonly messages: readonly Message[];
  readonly tools: ClientTools;
}

/** How many input tokens a prompt has, exactly or as a good estimate. */
export type CountTokens = (prompt: TokenPrompt, signal: AbortSignal) => Promise<number>;

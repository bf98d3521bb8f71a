import type { EffortLevel } from "../models/model-abilities.ts";

/** How the model is to sample, as the client asks for it. What is absent is left to the profile and Claude Code. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly maxOutputTokens?: number;
  /** Never part of the answer: it ends before the first one that would appear. */
  readonly stopSequences?: readonly string[];
  /** How hard Claude works. `none`: with the least thinking that the model takes. `minimal`: the same, and with low effort. */
  readonly effort?: "none" | "minimal" | EffortLevel;
  /** The client wants Claude to think: that counts more than a temperature, where the two exclude each other. */
  readonly asksToThink?: true;
  /** Most tokens of thinking. */
  readonly thinkingTokens?: number;
  /** How much Claude says. */
  readonly verbosity?: "low" | "medium" | "high";
}

import type { EffortLevel } from "../models/model-abilities.ts";

/** The highest temperature that Claude takes; OpenAI's scale ends at 2. */
export const MAX_TEMPERATURE = 1;

/** The sampling parameters that the client asks for. Absent ones are left to the profile and Claude Code. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly maxOutputTokens?: number;
  /** Never part of the answer: it ends before the first one that would appear. */
  readonly stopSequences?: readonly string[];
  /** How hard Claude works. `none`: with the least thinking that the model supports. `minimal`: the same, with low effort. */
  readonly effort?: "none" | "minimal" | EffortLevel;
  /** The client wants Claude to think: this takes precedence over a temperature where the two exclude each other. */
  readonly asksToThink?: true;
  /** A model that the API lets think only where the request says so does not think unless `asksToThink`. */
  readonly thinksOnlyIfAsked?: true;
  /** Maximum tokens of thinking. */
  readonly thinkingTokens?: number;
  /** How detailed Claude's answer is. */
  readonly verbosity?: "low" | "medium" | "high";
}

/** How the model is to sample. What is absent is left to Claude Code's default. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly maxOutputTokens?: number;
  /** Never part of the answer: it ends before the first one that would appear. */
  readonly stopSequences?: readonly string[];
  /** How hard Claude thinks; `none` turns thinking off. */
  readonly effort?: "none" | "low" | "medium" | "high" | "xhigh" | "max";
  /** How much Claude says. */
  readonly verbosity?: "low" | "medium" | "high";
}

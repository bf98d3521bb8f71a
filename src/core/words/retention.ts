/**
 * How long content (system texts, inputs, answers, transcripts) is stored. What is not content - ids, usage, cost, timing -
 * is always kept.
 */
export type Retention =
  | {
      readonly content: "keep";
      /** For how long after a turn has ended; for ever when absent. */
      readonly keepContentMs?: number;
    }
  /** Content is never written, and what an earlier setting had kept is deleted. */
  | { readonly content: "none" };

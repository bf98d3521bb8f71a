/**
 * How long content (system texts, inputs, answers, transcripts) is stored. Everything else - ids, usage, cost, timing - is
 * always kept.
 */
export type Retention =
  | {
      readonly content: "keep";
      /** How long after the end of a turn; forever when absent. */
      readonly keepContentMs?: number;
    }
  /** Content is never written, and content kept under an earlier setting is deleted. */
  | { readonly content: "none" };

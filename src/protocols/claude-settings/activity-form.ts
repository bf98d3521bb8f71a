/**
 * How a client wants to be told what Claude Code does by itself: in a field of its own, or as lines of the thinking, which
 * most clients show already.
 */
export const ACTIVITY_FORMS = ["field", "reasoning"] as const;
export type ActivityForm = (typeof ACTIVITY_FORMS)[number];

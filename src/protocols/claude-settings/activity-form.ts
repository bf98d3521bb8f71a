/**
 * How a client wants to be told what Claude Code does by itself: in a field of its own, as lines of the thinking, which most
 * clients show already, or in the text, for those that show nothing else.
 */
export const ACTIVITY_FORMS = ["field", "reasoning", "text"] as const;
export type ActivityForm = (typeof ACTIVITY_FORMS)[number];

/**
 * How a client wants to see what Claude Code does by itself: in a separate field, as lines in the thinking, which most clients
 * already show, or in the text, for clients that show nothing else.
 */
export const ACTIVITY_FORMS = ["field", "reasoning", "text"] as const;
export type ActivityForm = (typeof ACTIVITY_FORMS)[number];

/**
 * One message of Claude's own history in the form of the Anthropic Messages API: what the model saw and said, with its
 * tool calls, tool results and thinking. Core stores it and hands it back; only engines read inside `content`.
 */
export interface TranscriptEntry {
  readonly role: "user" | "assistant";
  readonly content: string | readonly unknown[];
  /** The model that said it, as the API names it: thinking means something to that model only. */
  readonly model?: string;
}

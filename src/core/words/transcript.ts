/**
 * One message of Claude's own history in the form of the Anthropic Messages API: what the model saw and said, with its tool
 * calls, tool results and thinking. Core stores it and passes it back; only engines look inside `content`.
 */
export interface TranscriptEntry {
  readonly role: "user" | "assistant";
  readonly content: string | readonly unknown[];
  /** The API's name of the model that said it: only that model can use its thinking. */
  readonly model?: string;
}

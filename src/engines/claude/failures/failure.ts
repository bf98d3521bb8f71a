/** What Claude Code said about a turn that failed, gathered from its messages. */
export interface Failure {
  /** HTTP status of the model's API; absent when there was no answer. */
  readonly status?: number | undefined;
  /** Claude Code's own code for it, such as `rate_limit`. */
  readonly code?: string | undefined;
  /** Claude Code's word for the cause, where it has one, such as `usage_limit_reached` or `connection_failed`. */
  readonly cause?: string | undefined;
  /** The API's type of error, such as `rate_limit_error`; absent when what answered does not speak as the API does. */
  readonly apiType?: string | undefined;
  /** The API's `details.error_code`, such as `enforced_spend_limit_reached`. */
  readonly apiCode?: string | undefined;
  /** What the API could not read, of which Claude Code tells nothing more: `image`, `document`; `why` is in Claude Code's words. */
  readonly media?: { readonly kind?: string; readonly why?: string } | undefined;
  /** The API's id of the request. */
  readonly requestId?: string | undefined;
  readonly terminalReason?: string | undefined;
  readonly stopReason?: string | undefined;
  /** The kind of refusal and the reason for it, as the API tells them. */
  readonly refusal?: { readonly category?: string; readonly explanation?: string } | undefined;
  /** Text for people: the API's message, or Claude Code's. */
  readonly text: string;
  /** How long the API asks to wait. */
  readonly retryAfterMs?: number | undefined;
  /** The account's limit that was reached, such as `five_hour`, and when it ends, in milliseconds since the epoch. */
  readonly limit?: { readonly name?: string | undefined; readonly resetsAtMs: number } | undefined;
  /** A plan's user sent requests too quickly; no limit has been reached, whatever `text` says. */
  readonly isMomentary?: boolean | undefined;
}

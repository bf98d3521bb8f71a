/**
 * Every way a request can fail, whatever the protocol. Each protocol has one table from kind to status and body; core
 * never knows HTTP.
 */
export type ErrorKind =
  | "invalid-request"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  /** It has been answered, or has changed, in the meantime. */
  | "conflict"
  | "model-not-found"
  | "payload-too-large"
  | "unsupported-media-type"
  /** Turnpike's own queue is full. */
  | "queue-full"
  /** Something outside of the server keeps it from its records: a full disk, a program that holds the database. */
  | "store-unavailable"
  /** The server is draining before it stops. */
  | "shutting-down"
  /** Claude Code has no credentials. */
  | "not-logged-in"
  | "upstream-authentication"
  | "upstream-permission"
  | "upstream-invalid-request"
  | "upstream-not-found"
  | "upstream-too-large"
  | "upstream-rate-limited"
  /** The account has used up what its plan gives it for a time: longer than a client should wait. */
  | "usage-limit-reached"
  | "upstream-overloaded"
  | "upstream-failed"
  | "context-length-exceeded"
  /** The account may not spend more, or has nothing to pay with. */
  | "billing"
  /** The model's API wants a newer Claude Code. */
  | "engine-outdated"
  /** Claude declined to answer. */
  | "refusal"
  /** Claude's answer is not in the format that the client asked for. */
  | "output-invalid"
  | "timeout"
  /** The client left or cancelled. */
  | "cancelled"
  /** Claude Code crashed, could not start or broke its own protocol. */
  | "engine-failed"
  | "internal";

/** Those that say that something is broken here. All others are states that a server gets into. */
const FAULTS: ReadonlySet<ErrorKind> = new Set<ErrorKind>(["engine-failed", "internal"]);

export function isFault(kind: ErrorKind): boolean {
  return FAULTS.has(kind);
}

/** An error as plain JSON: safe to send, store and relay. */
export interface ErrorInfo {
  readonly kind: ErrorKind;
  /** Says what happened and what to do. Never a stack, a path or a secret. */
  readonly message: string;
  /** The offending part of the request, such as `messages[2].content`. */
  readonly param?: string;
  /** How long to wait before trying again. */
  readonly retryAfterMs?: number;
  /** When a limit ends that was reached; milliseconds since the epoch. */
  readonly resetsAtMs?: number;
  /** The word of the model's API for it, such as `enforced_spend_limit_reached`. */
  readonly upstreamCode?: string;
}

/** The one error class: thrown for failures, translated once by each protocol. */
export class AppError extends Error {
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo, options?: ErrorOptions) {
    super(info.message, options);
    this.name = "AppError";
    this.info = info;
  }
}

/** Any thrown value as an AppError; what is unknown becomes `internal` with a message that gives nothing away. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError(
    { kind: "internal", message: "The server failed to handle this request. Its log says why." },
    { cause: thrown },
  );
}

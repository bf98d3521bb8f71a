import type { KeyLimits } from "./api-key.ts";

/**
 * Every way a request can fail, independent of the protocol. Each protocol has one table from kind to status and body; core
 * never knows HTTP.
 */
export type ErrorKind =
  | "invalid-request"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  /** The object has already been answered, or has changed in the meantime. */
  | "conflict"
  | "model-not-found"
  | "payload-too-large"
  | "unsupported-media-type"
  /** The caller's key has used as much as it may for now. */
  | "rate-limited"
  /** The caller's key has used up what it may cost. */
  | "quota-exceeded"
  /** Turnpike's own queue is full. */
  | "queue-full"
  /** Something outside the server blocks access to its records: a full disk, or another program that locks the database. */
  | "store-unavailable"
  /** The server is draining before it stops. */
  | "shutting-down"
  /** The engine cannot run turns yet, and will be able to soon. */
  | "engine-not-ready"
  /** Claude Code has no credentials. */
  | "not-logged-in"
  | "upstream-authentication"
  | "upstream-permission"
  | "upstream-invalid-request"
  | "upstream-not-found"
  | "upstream-too-large"
  | "upstream-rate-limited"
  /** The account has used up its plan's allowance for now; waiting for it takes longer than a client should wait. */
  | "usage-limit-reached"
  | "upstream-overloaded"
  | "upstream-failed"
  | "context-length-exceeded"
  /** The account has reached its spending limit, or has no means of payment. */
  | "billing"
  /** The model's API requires a newer Claude Code. */
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

/** `limit`: something has been used up. `fault`: something is broken here. All others are normal conditions. */
const NATURES: Readonly<Record<ErrorKind, "condition" | "limit" | "fault">> = {
  "invalid-request": "condition",
  unauthorized: "condition",
  forbidden: "condition",
  "not-found": "condition",
  conflict: "condition",
  "model-not-found": "condition",
  "payload-too-large": "condition",
  "unsupported-media-type": "condition",
  "rate-limited": "limit",
  "quota-exceeded": "limit",
  "queue-full": "limit",
  "store-unavailable": "condition",
  "shutting-down": "condition",
  "engine-not-ready": "condition",
  "not-logged-in": "condition",
  "upstream-authentication": "condition",
  "upstream-permission": "condition",
  "upstream-invalid-request": "condition",
  "upstream-not-found": "condition",
  "upstream-too-large": "condition",
  "upstream-rate-limited": "limit",
  "usage-limit-reached": "limit",
  "upstream-overloaded": "condition",
  "upstream-failed": "condition",
  "context-length-exceeded": "condition",
  billing: "limit",
  "engine-outdated": "condition",
  refusal: "condition",
  "output-invalid": "condition",
  timeout: "condition",
  cancelled: "condition",
  "engine-failed": "fault",
  internal: "fault",
};

export function isFault(kind: ErrorKind): boolean {
  return NATURES[kind] === "fault";
}

export function isLimit(kind: ErrorKind): boolean {
  return NATURES[kind] === "limit";
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
  /** When the exceeded limit resets; milliseconds since the epoch. */
  readonly resetsAtMs?: number;
  /** For others than the client: the message without what it quotes of the conversation. Absent where it quotes nothing. */
  readonly messageForOthers?: string;
  /** Trying again by itself within minutes cannot help. */
  readonly isFinal?: true;
  /** Of `rate-limited` and `quota-exceeded`: which limit of the key it was. Not for clients, who read it in the message. */
  readonly limit?: keyof KeyLimits;
  /** Of a `refusal`: the policy that it names, such as `cyber`. */
  readonly refusalCategory?: string;
  /** The model API's own code, such as `enforced_spend_limit_reached`. */
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

/** Turns any thrown value into an AppError; an unknown one becomes `internal` with a message that reveals nothing. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError(
    { kind: "internal", message: "The server failed to handle this request. Its log says why." },
    { cause: thrown },
  );
}

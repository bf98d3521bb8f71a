/** What the server says instead of an answer; its message is meant for people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  /** Of a 429: seconds until it may be tried again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    facts: {
      status: number;
      code?: string | null;
      param?: string | null;
      retryAfterSeconds?: number | undefined;
    },
  ) {
    super(message);
    this.status = facts.status;
    this.code = facts.code ?? null;
    this.param = facts.param ?? null;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** Status of a request that never got an answer. */
export const UNREACHABLE = 0;

export function isApiError(error: unknown, status?: number): error is ApiError {
  return error instanceof ApiError && (status === undefined || error.status === status);
}

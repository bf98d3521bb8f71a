import { ApiError, UNREACHABLE } from "./api-error.ts";

export interface CallOptions {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

let csrfToken: string | undefined;
let hearSignedOut = () => {};

/** Sent with every request that changes something, from now on. */
export function setCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** Called when the server no longer knows who asks. */
export function onSignedOut(hear: () => void): void {
  hearSignedOut = hear;
}

/**
 * A request to this server, by the session's cookie: `callApi<KeyListBody>("/admin/api/keys")`.
 * @throws ApiError
 */
export async function callApi<Body>(path: string, options: CallOptions = {}): Promise<Body> {
  const response = await sendToApi(path, options);
  // The server says what each path answers; its types are the same that it formats with.
  return (response.status === 204 ? undefined : await response.json()) as Body;
}

/**
 * The same for answers that are no JSON, or are read as they come.
 * @throws ApiError
 */
export async function sendToApi(path: string, options: CallOptions = {}): Promise<Response> {
  const { method = "GET", body, query, headers, signal } = options;
  let response: Response;
  try {
    response = await fetch(withQuery(path, query), {
      method,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        ...headers,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(method !== "GET" && csrfToken !== undefined && { "X-CSRF-Token": csrfToken }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("The server cannot be reached. It may have been stopped, or the network is down.", {
      status: UNREACHABLE,
    });
  }
  if (response.ok) return response;
  const failure = await readFailure(response);
  // What asks who is signed in, or tries to sign in, hears it by itself.
  if (response.status === 401 && !BEFORE_SIGN_IN.test(path)) hearSignedOut();
  throw failure;
}

const BEFORE_SIGN_IN = /^\/admin\/api\/(session|link|password)\b/;

export function withQuery(path: string, query: CallOptions["query"] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function readFailure(response: Response): Promise<ApiError> {
  const { status } = response;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  const body: unknown = await response.json().catch(() => undefined);
  const error = readField(body, "error");
  const message = readField(error, "message");
  const code = readField(error, "code");
  const param = readField(error, "param");
  return new ApiError(typeof message === "string" ? message : `The server answered with status ${status}.`, {
    status,
    code: typeof code === "string" ? code : null,
    param: typeof param === "string" ? param : null,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

function readField(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

import { expect, test } from "vitest";

import { AppError, type ErrorKind } from "../core/words/app-error.ts";
import { formatOpenAiError } from "./openai-error.ts";
import { RequestError } from "./request-error.ts";

function format(
  kind: ErrorKind,
  extra: { readonly retryAfterMs?: number; readonly resetsAtMs?: number; readonly param?: string } = {},
) {
  return formatOpenAiError(new AppError({ kind, message: "What happened.", ...extra }));
}

test.each<[ErrorKind, number, string, string | null]>([
  ["invalid-request", 400, "invalid_request_error", null],
  ["unauthorized", 401, "invalid_request_error", "invalid_api_key"],
  ["forbidden", 403, "permission_error", "forbidden"],
  ["not-found", 404, "invalid_request_error", "not_found"],
  ["model-not-found", 404, "invalid_request_error", "model_not_found"],
  ["payload-too-large", 413, "invalid_request_error", "request_too_large"],
  ["unsupported-media-type", 415, "invalid_request_error", "unsupported_media_type"],
  ["queue-full", 429, "rate_limit_error", "queue_full"],
  ["shutting-down", 503, "server_error", "shutting_down"],
  ["not-logged-in", 503, "server_error", "not_logged_in"],
  ["upstream-authentication", 401, "authentication_error", "upstream_authentication_failed"],
  ["upstream-permission", 403, "permission_error", "upstream_permission_denied"],
  ["upstream-invalid-request", 400, "invalid_request_error", "upstream_invalid_request"],
  ["upstream-not-found", 404, "invalid_request_error", "model_not_found"],
  ["upstream-too-large", 413, "invalid_request_error", "request_too_large"],
  ["upstream-rate-limited", 429, "rate_limit_error", "rate_limit_exceeded"],
  ["upstream-overloaded", 503, "server_error", "overloaded"],
  ["upstream-failed", 502, "server_error", "upstream_failed"],
  ["context-length-exceeded", 400, "invalid_request_error", "context_length_exceeded"],
  ["billing", 402, "insufficient_quota", "insufficient_quota"],
  ["usage-limit-reached", 402, "usage_limit_reached", "usage_limit_reached"],
  ["engine-outdated", 400, "invalid_request_error", "claude_code_version_too_old"],
  ["refusal", 400, "invalid_request_error", "content_filter"],
  ["timeout", 504, "server_error", "timeout"],
  ["cancelled", 499, "invalid_request_error", "cancelled"],
  ["engine-failed", 502, "server_error", "engine_failed"],
  ["internal", 500, "server_error", "internal_error"],
])("%s is %i %s %s", (kind, status, type, code) => {
  const error = format(kind);
  expect(error.status).toBe(status);
  expect(error.body).toEqual({ error: { message: "What happened.", type, param: null, code } });
});

test("a wait is told in whole seconds, never zero; what waiting cannot mend says so", () => {
  expect(format("upstream-rate-limited", { retryAfterMs: 1001 }).headers).toEqual({ "Retry-After": "2" });
  expect(format("queue-full", { retryAfterMs: 0 }).headers).toEqual({ "Retry-After": "1" });
  for (const kind of [
    "queue-full",
    "shutting-down",
    "upstream-rate-limited",
    "upstream-overloaded",
  ] as const) {
    expect(format(kind).headers, kind).toHaveProperty("Retry-After");
  }
  for (const kind of ["not-logged-in", "billing", "usage-limit-reached"] as const) {
    expect(format(kind).headers, kind).toEqual({ "x-should-retry": "false" });
  }
  expect(format("internal").headers).toEqual({});
});

test("a limit tells its end, in seconds that are never too few", () => {
  const limit = { resetsAtMs: 1_795_878_209_001, retryAfterMs: 7_200_001 };
  const { headers, body } = format("usage-limit-reached", limit);
  expect(headers).toEqual({ "x-should-retry": "false" });
  expect(body.error).toMatchObject({ resets_at: 1_795_878_210, resets_in_seconds: 7_201 });
});

test("a request error brings its own code and param", () => {
  expect(formatOpenAiError(new RequestError("invalid_type", "Wrong.", "stop[1]"))).toEqual({
    status: 400,
    headers: {},
    body: {
      error: { message: "Wrong.", type: "invalid_request_error", param: "stop[1]", code: "invalid_type" },
    },
  });
});

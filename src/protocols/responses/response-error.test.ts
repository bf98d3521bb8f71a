import { expect, test } from "vitest";

import { AppError, type ErrorKind } from "../../core/words/app-error.ts";
import { formatErrorEvent, formatResponseError, formatResponsesHttpError } from "./response-error.ts";

test.each([
  ["upstream-rate-limited", "rate_limit_exceeded", "rate_limit_exceeded"],
  ["context-length-exceeded", "invalid_prompt", "context_length_exceeded"],
  ["upstream-overloaded", "server_error", "overloaded"],
  ["timeout", "server_error", "timeout"],
] as const)("%s", (kind, code, eventCode) => {
  const error = { kind, message: "It did not work." };
  expect(formatResponseError(error)).toEqual({ code, message: error.message });
  expect(formatErrorEvent(error)).toMatchObject({
    code: eventCode,
    message: error.message,
    param: null,
    error: { code: eventCode, message: error.message, param: null },
  });
});

test.each<[ErrorKind, number]>([
  ["billing", 400],
  ["upstream-authentication", 400],
  ["upstream-permission", 400],
  ["not-logged-in", 400],
  ["payload-too-large", 400],
  ["upstream-too-large", 400],
  ["upstream-failed", 502],
  ["model-not-found", 404],
])("%s is %i, for Codex asks again after most others", (kind, status) => {
  expect(formatResponsesHttpError(new AppError({ kind, message: "No." })).status).toBe(status);
});

test.each<ErrorKind>([
  "billing",
  "usage-limit-reached",
  "upstream-authentication",
  "upstream-permission",
  "not-logged-in",
])("%s in a stream that has begun has the code after which clients do not ask again", (kind) => {
  expect(formatResponseError({ kind, message: "No." }).code).toBe("invalid_prompt");
});

test("what a request may not ask for is a 400 that names it, for Codex asks again after a 403", () => {
  const info = { kind: "forbidden", message: "No." } as const;
  expect(formatResponsesHttpError(new AppError({ ...info, param: "model" }))).toMatchObject({
    status: 400,
    body: { error: { code: "forbidden", param: "model" } },
  });
  // Such as a foreign `Origin`.
  expect(formatResponsesHttpError(new AppError(info)).status).toBe(403);
});

test("a mistake in the messages is one in the input", () => {
  const info = { kind: "invalid-request", message: "It is blank.", param: "messages" } as const;
  expect(formatResponsesHttpError(new AppError(info)).body.error.param).toBe("input");
  expect(formatErrorEvent(info)).toMatchObject({ param: "input", error: { param: "input" } });
});

test("a limit is a 429 that Codex knows, with the time for who asks again", () => {
  const info = {
    kind: "usage-limit-reached",
    message: "No.",
    resetsAtMs: 8_000_000,
    retryAfterMs: 90_000,
  } as const;
  expect(formatResponsesHttpError(new AppError(info))).toMatchObject({
    status: 429,
    headers: { "x-should-retry": "false", "Retry-After": "90" },
    body: { error: { type: "usage_limit_reached", resets_at: 8_000, resets_in_seconds: 90 } },
  });
});

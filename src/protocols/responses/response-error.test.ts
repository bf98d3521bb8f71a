import { expect, test } from "vitest";

import { formatErrorEvent, formatResponseError } from "./response-error.ts";

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

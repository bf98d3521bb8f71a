import { describe, expect, test } from "vitest";

import { type Failure, mapFailure } from "./map-failure.ts";

const kindOf = (failure: Partial<Failure>) => mapFailure({ text: "Why.", ...failure }).kind;

describe("the kind", () => {
  test.each([
    [{ status: 400 }, "upstream-invalid-request"],
    [{ status: 401, code: "authentication_failed" }, "upstream-authentication"],
    [{ status: 402 }, "billing"],
    [{ status: 403, code: "authentication_failed" }, "upstream-permission"],
    [{ status: 404, code: "model_not_found" }, "upstream-not-found"],
    [{ status: 413, code: "invalid_request", terminalReason: "image_error" }, "upstream-too-large"],
    [{ status: 422 }, "upstream-invalid-request"],
    [{ status: 429, code: "rate_limit" }, "upstream-rate-limited"],
    [{ status: 500, code: "server_error" }, "upstream-failed"],
    [{ status: 502, code: "server_error" }, "upstream-failed"],
    [{ status: 503, code: "server_error" }, "upstream-overloaded"],
    [{ status: 529, code: "server_error" }, "upstream-overloaded"],
    [{ status: 599 }, "upstream-failed"],
    [{ status: 400, code: "billing_error" }, "billing"],
    [{ status: 400, code: "invalid_request", terminalReason: "prompt_too_long" }, "context-length-exceeded"],
    [{ terminalReason: "blocking_limit" }, "context-length-exceeded"],
    [{ stopReason: "refusal" }, "refusal"],
    [{ code: "invalid_request", terminalReason: "image_error" }, "upstream-invalid-request"],
    [{ code: "server_error" }, "upstream-failed"],
    [{}, "upstream-failed"],
    [{ text: "Not logged in · Please run /login" }, "not-logged-in"],
    [{ status: 401, text: "Invalid API key" }, "upstream-authentication"],
    [{ text: "You've hit your 5-hour limit", code: "rate_limit" }, "upstream-rate-limited"],
  ] as const)("of %j is %s", (failure, kind) => {
    expect(kindOf(failure)).toBe(kind);
  });
});

describe("the time to wait", () => {
  test("is what is known, or else a short while", () => {
    expect(mapFailure({ status: 429, text: "", retryAfterMs: 60_000 }).retryAfterMs).toBe(60_000);
    expect(mapFailure({ status: 529, text: "" }).retryAfterMs).toBe(5_000);
  });

  test("is left out where waiting does not help", () => {
    expect(mapFailure({ status: 400, text: "", retryAfterMs: 60_000 })).not.toHaveProperty("retryAfterMs");
  });
});

describe("the message", () => {
  test.each([
    ["API Error: 400 max_tokens: must be positive", "max_tokens: must be positive"],
    ["too\n many\t spaces", "too many spaces"],
    ["", "no reason given."],
    ["1/2 of and/or", "1/2 of and/or"],
  ])("of %j has the API's words", (text, expected) => {
    expect(mapFailure({ status: 400, text }).message).toContain(expected);
  });

  test.each([
    "ENOENT: /home/someone/.claude/settings.json",
    "C:\\Users\\someone\\file.txt is locked",
    "cannot read '/home/someone/my-notes/a.md'",
  ])("of %j names no file of the machine", (text) => {
    expect(mapFailure({ status: 500, text }).message).not.toContain("someone");
  });

  test("has a bound", () => {
    expect(mapFailure({ status: 500, text: "x".repeat(100_000) }).message.length).toBeLessThan(1_100);
  });

  test("about the server's own credentials does not blame the client's key", () => {
    expect(mapFailure({ status: 401, text: "invalid x-api-key" }).message).toMatch(
      /server's own credentials/,
    );
  });
});

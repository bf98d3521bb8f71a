import { describe, expect, test } from "vitest";

import type { Failure } from "./failure.ts";
import { mapFailure } from "./map-failure.ts";

const NOW = Date.UTC(2026, 10, 28, 13);

function map(failure: Partial<Failure>, privateNames: readonly string[] = []) {
  return mapFailure({ text: "Why.", ...failure }, { now: NOW, privateNames });
}

describe("the kind", () => {
  test.each<[Partial<Failure>, string]>([
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
    [{ text: "OAuth session expired", code: "authentication_failed" }, "upstream-authentication"],
    [{ status: 401, text: "Invalid API key" }, "upstream-authentication"],
    [{ text: "You've hit your 5-hour limit", code: "rate_limit" }, "upstream-rate-limited"],
    [{ status: 429, code: "rate_limit", apiCode: "enforced_spend_limit_reached" }, "billing"],
    [{ status: 429, code: "rate_limit", apiCode: "contract_spend_limit_reached" }, "billing"],
    [{ status: 429, code: "rate_limit", apiCode: "credits_required" }, "billing"],
    [{ status: 429, code: "rate_limit", apiCode: "ramp_limit_exceeded" }, "upstream-rate-limited"],
    [{ status: 400, text: "API Error: 400 You have reached your specified API usage limits." }, "billing"],
    [{ status: 400, text: "You have reached your specified workspace API usage limits." }, "billing"],
    [{ apiType: "billing_error" }, "billing"],
    [{ status: 400, apiCode: "claude_code_version_too_old" }, "engine-outdated"],
    [{ cause: "claude_code_version_too_old" }, "engine-outdated"],
    [
      {
        status: 400,
        text: "Claude Code 2.1.2 does not support this model; version 2.1.3 or newer is required.",
      },
      "engine-outdated",
    ],
    [{ cause: "stream_idle_timeout" }, "timeout"],
    [{ text: "Request timed out. If the API is slow to answer, …", code: "server_error" }, "timeout"],
  ])("of %j is %s", (failure, kind) => {
    expect(map(failure).kind).toBe(kind);
  });
});

describe("the time to wait", () => {
  test("is what is known, or else a short while", () => {
    expect(map({ status: 429, retryAfterMs: 60_000 }).retryAfterMs).toBe(60_000);
    expect(map({ status: 529 }).retryAfterMs).toBe(5_000);
  });

  test("is said in words as well, for streams have no headers", () => {
    expect(map({ status: 429, retryAfterMs: 6_500 }).message).toMatch(/Try again in 7 seconds\.$/);
  });

  test("is left out where waiting does not help", () => {
    expect(map({ status: 400, retryAfterMs: 60_000 })).not.toHaveProperty("retryAfterMs");
  });

  test("of a limit that ends soon is a wait, beyond a minute it is a limit with its end", () => {
    const limited = (ms: number) =>
      map({ status: 429, code: "rate_limit", limit: { name: "five_hour", resetsAtMs: NOW + ms } });
    expect(limited(20_000)).toMatchObject({ kind: "upstream-rate-limited", retryAfterMs: 20_000 });
    expect(limited(-5_000)).toMatchObject({ kind: "upstream-rate-limited", retryAfterMs: 1_000 });
    expect(limited(2 * 3_600_000)).toEqual({
      kind: "usage-limit-reached",
      message: expect.stringMatching(/5-hour limit, which will reset at 2026-11-28T15:00:00Z \(in 2 hours\)/),
      resetsAtMs: NOW + 2 * 3_600_000,
      retryAfterMs: 2 * 3_600_000,
    });
  });
});

describe("the message", () => {
  test.each([
    ["API Error: 400 max_tokens: must be positive", "max_tokens: must be positive"],
    ["too\n many\t spaces", "too many spaces"],
    ["1/2 of and/or", "1/2 of and/or"],
  ])("of %j has the API's words", (text, expected) => {
    expect(map({ status: 400, apiType: "invalid_request_error", text }).message).toContain(expected);
  });

  test("has none of a gateway's words, nor of a server's that fails", () => {
    expect(map({ status: 400, text: "API Error: 400 Blocked by wall-7" }).message).not.toContain("wall-7");
    for (const status of [500, 502, 504, undefined]) {
      const { message } = map({ status, apiType: "api_error", text: "API Error: 500 at db-7" });
      expect(message, String(status)).not.toContain("db-7");
    }
  });

  test.each([
    [{ status: 429, apiCode: "enforced_spend_limit_reached" }, /usage tier.*Claude Console/],
    [{ status: 429, apiCode: "contract_spend_limit_reached" }, /contract.*raised/],
    [
      { status: 400, text: "You have reached your specified API usage limits." },
      /owner has set.*Claude Console/,
    ],
    [{ status: 400, text: "Your credit balance is too low" }, /credits.*Billing/],
    [{ status: 402, text: "Pay" }, /cannot pay.*Billing/],
    [
      {
        status: 400,
        text: "Claude Code 2.1.2 does not support this model; version 2.1.3 or newer is required.",
      },
      /2\.1\.3 or newer.*update Turnpike/,
    ],
    [{ status: 401, text: "invalid x-api-key" }, /server's own credentials.*not about your key/],
  ])("of %j says what can be done", (failure, expected) => {
    expect(map(failure).message).toMatch(expected);
  });
});

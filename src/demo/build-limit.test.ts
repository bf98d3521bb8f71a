import { expect, test } from "vitest";
import { unifiedHeaders } from "./build-headers.ts";
import {
  billingProblem,
  claudeCodeTooOld,
  contractSpendLimit,
  grammarTooLarge,
  imageTooLarge,
  ownSpendLimit,
  rampLimit,
  tierSpendLimit,
} from "./build-limit.ts";

test.each([
  ["nothing to pay with", billingProblem(), 402, "billing_error", undefined],
  ["a tier's cap", tierSpendLimit(), 429, "rate_limit_error", "enforced_spend_limit_reached"],
  ["a contract's cap", contractSpendLimit(), 429, "rate_limit_error", "contract_spend_limit_reached"],
  ["too quick a rise", rampLimit(7), 429, "rate_limit_error", "ramp_limit_exceeded"],
  ["the customer's own limit", ownSpendLimit(), 400, "invalid_request_error", undefined],
  ["an old Claude Code", claudeCodeTooOld(), 400, "invalid_request_error", "claude_code_version_too_old"],
  ["a large image", imageTooLarge(["m"]), 400, "invalid_request_error", "image_dimensions_too_large"],
  ["a large grammar", grammarTooLarge(), 400, "invalid_request_error", undefined],
])("%s has its status, type and code", (_name, answer, status, type, code) => {
  expect(answer.status).toBe(status);
  const { error } = JSON.parse(answer.body);
  expect(error.type).toBe(type);
  expect(error.details?.error_code).toBe(code);
});

test("only too quick a rise says when to ask again", () => {
  expect(rampLimit(7).headers["retry-after"]).toBe("7");
  expect(tierSpendLimit().headers).not.toHaveProperty("retry-after");
  expect(contractSpendLimit().headers).not.toHaveProperty("retry-after");
});

test("a spent window rejects", () => {
  const headers = unifiedHeaders({ fiveHours: { utilization: 1.02, reset: 1_800_000_000 } });
  expect(headers).toMatchObject({
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-5h-status": "rejected",
    "anthropic-ratelimit-unified-5h-utilization": "1.02",
    "anthropic-ratelimit-unified-7d-status": "allowed",
    "anthropic-ratelimit-unified-reset": "1800000000",
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
  });
});

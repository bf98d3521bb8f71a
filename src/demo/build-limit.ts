import { httpError } from "./build-fault.ts";
import type { HttpReply } from "./reply.ts";

/**
 * What the API answers when an account has reached a spending or growth limit, or the program is too old. The codes in
 * `details.error_code` come from the API's types and docs; a text is the API's own where that is public, otherwise one of the
 * same meaning.
 */

/** No credit left: 402, without a code. */
export function billingProblem(): HttpReply {
  return httpError(402, {
    message:
      "Your credit balance is too low to access the Claude API. Please go to Plans & Billing to upgrade or " +
      "purchase credits.",
  });
}

/** The monthly cap of the account's tier: 429 without `retry-after`; no retry succeeds before next month. */
export function tierSpendLimit(): HttpReply {
  return httpError(429, {
    message:
      "You have reached your usage tier's monthly spend limit. Access resumes at 00:00 UTC on the first day of " +
      "next month.",
    details: { error_code: "enforced_spend_limit_reached" },
  });
}

/** The cap of a contract: 429 without `retry-after`. */
export function contractSpendLimit(): HttpReply {
  return httpError(429, {
    message: "Your organization has reached the spend limit of its contract.",
    details: { error_code: "contract_spend_limit_reached" },
  });
}

/** Usage grows too quickly: 429 with `retry-after`. */
export function rampLimit(retryAfterSeconds: number): HttpReply {
  return httpError(
    429,
    {
      message: "This request would exceed the limit on how fast your usage may grow. Please try again later.",
      details: { error_code: "ramp_limit_exceeded" },
    },
    { "retry-after": String(retryAfterSeconds) },
  );
}

/** A limit that the customer set: 400, so that no client asks again. */
export function ownSpendLimit(scope: "organization" | "workspace" = "organization"): HttpReply {
  const limits =
    scope === "workspace" ? "specified workspace API usage limits" : "specified API usage limits";
  return httpError(400, {
    message: `You have reached your ${limits}. You will regain access on 2026-12-01 at 00:00 UTC.`,
  });
}

/** The model, or the organization, asks for a newer Claude Code: 400. */
export function claudeCodeTooOld(current = "2.1.224", required = "2.1.251"): HttpReply {
  return httpError(400, {
    message:
      `Claude Code ${current} does not support this model; version ${required} or newer is required. Run ` +
      "'claude update', or update the Claude desktop app, then try again.",
    details: { error_code: "claude_code_version_too_old" },
  });
}

/**
 * Images that are too wide or too high, by their paths in the request: 400. The bound is 8000 pixels, and 2000
 * where a request has more than 20 images.
 */
export function imageTooLarge(paths: readonly string[], maxSideLengthPixels = 8000): HttpReply {
  const kind = maxSideLengthPixels < 8000 ? " for many-image requests" : "";
  return httpError(400, {
    message:
      `${paths[0]}: At least one of the image dimensions exceed max allowed size${kind}: ` +
      `${maxSideLengthPixels} pixels`,
    details: {
      error_code: "image_dimensions_too_large",
      max_side_length_pixels: maxSideLengthPixels,
      paths,
    },
  });
}

/** A schema that keeps all rules and is still too complex to compile: 400. */
export function grammarTooLarge(): HttpReply {
  return httpError(400, {
    message:
      "The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas or " +
      "reduce the number of strict tools.",
  });
}

/** More requests than the API has room for: 529. */
export function overloaded(): HttpReply {
  return httpError(529, { message: "Overloaded" });
}

import { httpError } from "../../../src/demo/build-fault.ts";
import { unifiedHeaders } from "../../../src/demo/build-headers.ts";
import { tierSpendLimit } from "../../../src/demo/build-limit.ts";
import type { Reply } from "../../../src/demo/reply.ts";

/** What the server's account is, and what its limit looks like. */
export interface SessionAccount {
  /** Variables of the server. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the API answers when nothing may be used any more. */
  limit(): Reply;
  /** Must be told to the user then. */
  readonly told: RegExp;
}

const key: SessionAccount = {
  environment: {},
  limit: tierSpendLimit,
  told: /spend limit of its usage tier/,
};

/** A plan that a person has signed in to. */
const plan: SessionAccount = {
  environment: { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-test" },
  limit() {
    const fiveHours = { utilization: 1, reset: Math.floor(Date.now() / 1000) + 7500 };
    const message = "This request would exceed your account's rate limit. Please try again later.";
    return httpError(429, { message }, { ...unifiedHeaders({ fiveHours }), "retry-after": "7500" });
  },
  // Codex has words of its own.
  told: /5-hour limit|hit your usage limit\. Try again at/,
};

export const ACCOUNTS = { key, plan } as const;

import { assertNever } from "../../lib/assert-never.ts";
import type { ErrorInfo } from "../../core/words/app-error.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";

const TIMEOUT_MS = 60_000;

/** Asks a model for a word through Claude Code: only this shows whether the API accepts the credentials. */
export const checkLive: Check = {
  name: "Model's API",
  async run({ tools, resolved }, signal) {
    if (resolved.config.demo) return [ok("a scripted model answers (--demo)")];
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const answer = await tools.askModel(AbortSignal.any([signal, timeout]));
      if (answer.type === "failed") return [describeFailure(answer.error)];
      return [ok(`takes the credentials; a word of it cost $${answer.costUsd.toFixed(4)}`)];
    } catch (error) {
      if (!timeout.aborted) throw error;
      return [unreachable(`It did not answer within ${TIMEOUT_MS / 1000} seconds.`)];
    }
  },
};

function describeFailure(error: ErrorInfo): Finding {
  const { kind, message } = error;
  switch (kind) {
    case "not-logged-in":
      return fail("was not asked: Claude Code is not logged in.", "See the line Login.");
    case "upstream-authentication":
      return fail(
        "refuses the credentials that Claude Code uses; the line Login says where they come from.",
        "Set another ANTHROPIC_API_KEY for the server, or log in anew with `claude` as this user.",
      );
    case "upstream-permission":
      return fail(
        `knows the credentials, but they may not do this. It says: ${message}`,
        "Look at the key's workspace and the organisation's settings.",
      );
    case "billing":
      return fail(
        `takes the credentials, but the account may not spend more. It says: ${message}`,
        "Look at the account's credit and its spend limits.",
      );
    case "engine-outdated":
      return fail(
        `wants a newer Claude Code. It says: ${message}`,
        "Update Turnpike, or set --claude to a newer one.",
      );
    case "upstream-rate-limited":
    case "usage-limit-reached":
      return warn(`takes the credentials, but they are at a limit for now. It says: ${message}`);
    case "upstream-overloaded":
      return warn(`is overloaded for now. It says: ${message}`);
    case "upstream-not-found":
    case "model-not-found":
      return warn(`takes the credentials, but has no model 'haiku' for them. It says: ${message}`);
    case "upstream-failed":
    case "timeout":
      return unreachable(message);
    case "invalid-request":
    case "unauthorized":
    case "forbidden":
    case "not-found":
    case "conflict":
    case "payload-too-large":
    case "unsupported-media-type":
    case "rate-limited":
    case "quota-exceeded":
    case "queue-full":
    case "store-unavailable":
    case "shutting-down":
    case "engine-not-ready":
    case "upstream-invalid-request":
    case "upstream-too-large":
    case "context-length-exceeded":
    case "refusal":
    case "output-invalid":
    case "cancelled":
    case "engine-failed":
    case "internal":
      return fail(`could not be asked: ${message}`, "See the log of a server with --log-level debug.");
    default:
      return assertNever(kind);
  }
}

function unreachable(problem: string): Finding {
  return fail(
    `cannot be reached. ${problem}`,
    "Look at the network, a proxy (HTTPS_PROXY) and ANTHROPIC_BASE_URL.",
  );
}

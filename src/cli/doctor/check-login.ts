import { ownProgram } from "../own-command.ts";
import { type Check, fail, ok } from "./check.ts";

const TIMEOUT_MS = 60_000;

/** Starts Claude Code briefly and asks it for its login; sends no request to a model. */
export const checkLogin: Check = {
  name: "Login",
  async run({ tools, resolved, context }, signal) {
    if (resolved.config.demo) return [ok("none needed: a scripted model answers (--demo)")];
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const limit = AbortSignal.any([signal, timeout]);
      const { isLoggedIn, source, models } = await tools.describeAccount(limit);
      if (isLoggedIn) return [ok(`${source}; ${models.length} models`)];
      const login = `Log in as this user on this machine: ${ownProgram(context)} login`;
      const remedy = `${login}. Or set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN for the server.`;
      return [fail("Claude Code is not logged in.", remedy)];
    } catch {
      const what = timeout.aborted ? `did not answer within ${TIMEOUT_MS / 1000} seconds` : "does not start";
      const failed = fail(`Claude Code ${what}.`, "Start the server with --log-level debug to see why.");
      return [{ ...failed, follows: ["Data folder", "Temp folder", "Claude Code"] }];
    }
  },
};

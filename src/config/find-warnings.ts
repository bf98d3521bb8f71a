import type { Settings } from "./config-schema.ts";
import type { Environment } from "./process-environment.ts";
import { findMistypedVariables } from "./read-environment-settings.ts";

/** What works but is probably not meant. */
export function findWarnings(
  { auth, sessions, turns }: Settings,
  environment: Environment,
): readonly string[] {
  const warnings = [...findMistypedVariables(environment)];
  if (auth.noAuth && auth.apiKeys.length > 0) {
    warnings.push("API keys are given but not asked for, because of --no-auth.");
  }
  if (turns.maxTurnsAtOnce !== undefined && turns.maxTurnsAtOnce > sessions.maxSessions) {
    const limit = sessions.maxSessions;
    warnings.push(
      `Only ${limit} turns run at once: each needs one of the ${limit} sessions. Raise --max-sessions for more.`,
    );
  }
  return warnings;
}

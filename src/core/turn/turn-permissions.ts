import type { TurnPermissions } from "../ports/engine-session.ts";
import { areHarmless, isClientAgent, type ProcessKind } from "./process-kind.ts";
import type { Profile } from "../words/profile.ts";

/**
 * What Claude Code may do in a turn of this profile. `grants`: rules that a person has allowed for the rest of the
 * conversation.
 */
export function turnPermissions(
  profile: Profile,
  kind: ProcessKind,
  grants: readonly string[] = [],
): TurnPermissions {
  // The client is the agent: the few tools that Claude has of its own are harmless, and nobody should be asked.
  const { builtinTools } = kind;
  const isBounded = isClientAgent(profile, kind) && builtinTools !== "on" && areHarmless(builtinTools);
  return {
    mode: isBounded ? "dontAsk" : profile.permissionMode,
    allow: [...profile.allowedTools, ...grants],
    deny: profile.disallowedTools,
    directories: profile.additionalDirectories,
  };
}

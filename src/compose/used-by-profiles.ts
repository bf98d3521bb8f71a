import type { Config } from "../config/config.ts";
import type { Environment } from "../config/sources/process-environment.ts";
import type { FolderTrust } from "../core/ports/folder-trust.ts";
import { type ProcessKind, processKind } from "../core/turn/process-kind.ts";
import { claudePaths } from "../config/claude/claude-paths.ts";

/** Where Claude Code keeps its own files, including those of profiles that have their own Claude Code settings. */
export function usedClaudePaths(config: Config, environment: Environment): readonly string[] {
  const own = Object.values(config.profiles).map((profile) => profile.environment);
  return [{}, ...own].flatMap((each) => claudePaths({ ...environment, ...each }));
}

/** The kinds of process that the configured models need, with and without client tools. */
export function usedKinds(config: Config, trust: FolderTrust): readonly ProcessKind[] {
  const names = new Set(Object.values(config.models).map((model) => model.profile));
  const profiles = [...names].flatMap((name) => config.profiles[name] ?? []);
  return profiles.flatMap((profile) => {
    const isTrusted = trust.isTrusted(profile.workspace);
    return [processKind(profile, { isTrusted }), processKind(profile, { isTrusted, hasClientTools: true })];
  });
}

/** The folders whose files turns may change without a request naming another folder. */
export function usedWorkspaces(config: Config): readonly string[] {
  const agents = Object.values(config.profiles).filter(
    ({ builtinTools, isolation }) => builtinTools !== "off" && isolation === "none",
  );
  return [...new Set(agents.map(({ workspace }) => workspace))];
}

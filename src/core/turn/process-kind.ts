import { AppError } from "../words/app-error.ts";
import type { Profile, SubAgent } from "../words/profile.ts";

/** What of a profile is fixed when a Claude Code process starts. Processes of one kind can stand for one another. */
export interface ProcessKind {
  /** The name of the engine that starts it. */
  readonly engine: string;
  readonly systemPrompt: Profile["systemPrompt"];
  /** `on`: all that Claude Code has; else the names of those that are offered. */
  readonly builtinTools: "on" | readonly string[];
  /** Names of tools that are not offered all the same. */
  readonly removedTools: readonly string[];
  /** Whether its turns may run in the mode `bypassPermissions`. */
  readonly mayBypassPermissions: boolean;
  readonly settingSources: Profile["settingSources"];
  /** Whether the folder's notes (CLAUDE.md) are given to it as text, since it does not look at the folder's own settings. */
  readonly isGivenNotes: boolean;
  /** Of the commands that it runs; `off` where it runs none. */
  readonly sandbox: Profile["sandbox"];
  readonly agents: Readonly<Record<string, SubAgent>>;
  /** Further variables of its environment; may be secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** The mode `auto`: Claude's model judges calls, which takes requests of their own to the API. */
  readonly isJudged: boolean;
  /** Whether its turns may end at a limit on model calls or cost. */
  readonly isLimited: boolean;
  /** Its text may be a slash command. Such a process is not used for anything else. */
  readonly runsCommands: boolean;
}

/** What a request has to say about the process that it needs. */
export interface ProcessNeeds {
  readonly hasClientTools?: boolean;
  /** Whether what the workspace's own files set up may run. */
  readonly isTrusted?: boolean;
  /** Tools of Claude Code's own that it asks for where they are not on. */
  readonly asked?: readonly string[];
  readonly isCommand?: boolean;
}

/**
 * The kind of process that serves a turn of this profile.
 * @throws AppError `invalid-request` when the profile does not allow one of the tools asked for
 */
export function processKind(
  profile: Profile,
  { hasClientTools = false, isTrusted = false, asked = [], isCommand = false }: ProcessNeeds = {},
): ProcessKind {
  const { name, systemPrompt, builtinTools, environment } = profile;
  const isOn = builtinTools === "on" || (builtinTools === "auto" && !hasClientTools);
  if (builtinTools === "off" && !areHarmless(asked)) {
    throw new AppError({
      kind: "invalid-request",
      message: `The profile '${name}' of this model has Claude Code's own tools turned off (builtinTools: off).`,
      param: "tools",
    });
  }
  // Known late of a conversation that goes on by what is on record.
  if (isCommand && !isOn) {
    throw new AppError({
      kind: "invalid-request",
      message:
        "Commands work with Claude Code's own tools, and they are off in this conversation because its client works with tools of its own (builtinTools: auto).",
      param: "claude.command",
    });
  }
  const offered = isOn ? "on" : asked.toSorted();
  const isClients = isClientAgent(profile, { builtinTools: offered });
  const sources = isClients ? [] : profile.settingSources;
  return {
    engine: profile.engine,
    systemPrompt: isClients ? "client" : systemPrompt,
    builtinTools: offered,
    removedTools: isOn ? profile.disallowedTools.filter(isToolName).toSorted() : [],
    mayBypassPermissions: profile.permissionMode === "bypassPermissions",
    settingSources: usableSources(sources, isTrusted),
    isGivenNotes: !isTrusted && sources.includes("project"),
    sandbox: isOn || asked.length > 0 ? profile.sandbox : "off",
    agents: isOn ? profile.agents : {},
    environment,
    isJudged: isOn && profile.permissionMode === "auto",
    isLimited: profile.maxTurns !== undefined || profile.maxBudgetUsd !== undefined,
    runsCommands: isCommand,
  };
}

/** The client has tools of its own and works with them: Claude Code's stay out, but for those that it asks for. */
export function isClientAgent(
  profile: Profile,
  { builtinTools }: Pick<ProcessKind, "builtinTools">,
): boolean {
  return profile.builtinTools === "auto" && builtinTools !== "on";
}

/** The settings that Claude Code may look at: what lies in a folder that nobody trusts is left alone. */
export function usableSources(
  sources: Profile["settingSources"],
  isTrusted: boolean,
): Profile["settingSources"] {
  return isTrusted ? sources : sources.filter((source) => source === "user");
}

/** They read the web by way of Claude's API and touch nothing here. */
export const HARMLESS_TOOLS: ReadonlySet<string> = new Set(["WebSearch"]);

export function areHarmless(tools: readonly string[]): boolean {
  return tools.every((tool) => HARMLESS_TOOLS.has(tool));
}

/** A rule without a condition in brackets. */
function isToolName(rule: string): boolean {
  return !rule.includes("(");
}

const keys = new WeakMap<ProcessKind, string>();

/** Equal for equal kinds. */
export function processKindKey(kind: ProcessKind): string {
  const key =
    keys.get(kind) ??
    JSON.stringify([
      kind.engine,
      kind.systemPrompt,
      kind.builtinTools,
      kind.removedTools,
      kind.mayBypassPermissions,
      kind.settingSources,
      kind.isGivenNotes,
      kind.sandbox,
      kind.agents,
      Object.entries(kind.environment).toSorted(),
      kind.isJudged,
      kind.isLimited,
      kind.runsCommands,
    ]);
  keys.set(kind, key);
  return key;
}

/** Whether a process of this kind has tools of Claude Code's own. */
export function hasBuiltinTools({ builtinTools }: ProcessKind): boolean {
  return builtinTools === "on" || builtinTools.length > 0;
}

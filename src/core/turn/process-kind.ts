import { AppError } from "../words/app-error.ts";
import type { Profile, SubAgent } from "../words/profile.ts";

/** The parts of a profile that are fixed when a Claude Code process starts. Processes of one kind are interchangeable. */
export interface ProcessKind {
  /** The name of the engine that starts it. */
  readonly engine: string;
  readonly systemPrompt: Profile["systemPrompt"];
  /** `on`: all tools that Claude Code has; otherwise the names of those that are offered. */
  readonly builtinTools: "on" | readonly string[];
  /** Names of tools that are left out even when all are on. */
  readonly removedTools: readonly string[];
  /** Whether its turns may run in the mode `bypassPermissions`. */
  readonly mayBypassPermissions: boolean;
  readonly settingSources: Profile["settingSources"];
  /** Whether it gets the folder's notes (CLAUDE.md) as text, because it does not read the folder's own settings. */
  readonly isGivenNotes: boolean;
  /** The sandbox for the commands that it runs; `off` when it runs none. */
  readonly sandbox: Profile["sandbox"];
  readonly agents: Readonly<Record<string, SubAgent>>;
  /** Additional environment variables; may be secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** The mode `auto`: Claude's model judges calls, with separate requests to the API. */
  readonly isJudged: boolean;
  /** Whether its turns have a limit on model calls or cost. */
  readonly isLimited: boolean;
  /** Its text may be a slash command. Such a process is not used for anything else. */
  readonly runsCommands: boolean;
}

/** What a request says about the process that it needs. */
export interface ProcessNeeds {
  readonly hasClientTools?: boolean;
  /** Whether settings in the workspace's own files may take effect. */
  readonly isTrusted?: boolean;
  /** Claude Code's own tools that the request asks for when not all of them are on. */
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
  // Checked here again: for a conversation continued from its record, the use of client tools is known only by now.
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

/** Whether the client works with its own tools: Claude Code's are left out, except those that the client asks for. */
export function isClientAgent(
  profile: Profile,
  { builtinTools }: Pick<ProcessKind, "builtinTools">,
): boolean {
  return profile.builtinTools === "auto" && builtinTools !== "on";
}

/** The settings that Claude Code may read: those in an untrusted folder are ignored. */
export function usableSources(
  sources: Profile["settingSources"],
  isTrusted: boolean,
): Profile["settingSources"] {
  return isTrusted ? sources : sources.filter((source) => source === "user");
}

/** Tools that read the web through Claude's API and touch nothing on this machine. */
export const HARMLESS_TOOLS: ReadonlySet<string> = new Set(["WebSearch"]);

export function areHarmless(tools: readonly string[]): boolean {
  return tools.every((tool) => HARMLESS_TOOLS.has(tool));
}

/** Whether a rule is only a tool's name, without a condition in brackets. */
function isToolName(rule: string): boolean {
  return !rule.includes("(");
}

const keys = new WeakMap<ProcessKind, string>();

/** The same key for equal kinds. */
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

/** Whether the model alone answers turns of this kind: nothing of Claude Code's own or of the folder's has a part in them. */
export function isStateless(kind: ProcessKind): boolean {
  const { systemPrompt, settingSources, isGivenNotes, isLimited, runsCommands } = kind;
  if (hasBuiltinTools(kind) || systemPrompt !== "client" || settingSources.length > 0) return false;
  return !isGivenNotes && !isLimited && !runsCommands;
}

/** Whether a process of this kind has any of Claude Code's own tools. */
export function hasBuiltinTools({ builtinTools }: ProcessKind): boolean {
  return builtinTools === "on" || builtinTools.length > 0;
}

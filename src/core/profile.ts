import { AppError } from "./app-error.ts";
import type { McpServers } from "./mcp-server.ts";
import type { PermissionMode } from "./permission-mode.ts";
import type { Sampling } from "./turn-request.ts";

/** A helper that Claude may give a task to, with a prompt of its own. */
export interface SubAgent {
  /** By it Claude knows when to use it. */
  readonly description: string;
  readonly prompt: string;
  /** Undefined: all that the main agent has. */
  readonly tools?: readonly string[];
  readonly model?: string;
}

/** A named set of defaults for turns. A model id resolves to a profile plus a model; a request may change what it is allowed to. */
export interface Profile {
  readonly name: string;
  /**
   * `claude-code`: Claude Code's own system prompt, the profile's and the client's text appended.
   * `client`: only those texts.
   */
  readonly systemPrompt: "claude-code" | "client";
  /** The profile's own text for the model, before the client's; empty when there is none. */
  readonly instructions: string;
  /**
   * Whether Claude Code's own tools (Bash, Read, Edit …) are offered to the model. `auto`: unless the request declares
   * client tools; then the client is the agent, and Claude Code's own prompt and settings stay out as well.
   */
  readonly builtinTools: "auto" | "on" | "off";
  readonly permissionMode: PermissionMode;
  /** Rules in Claude Code's words, such as `Read` or `Bash(git log *)`: these calls run unasked. */
  readonly allowedTools: readonly string[];
  /** The same for calls that are never made. A bare name takes the tool away. */
  readonly disallowedTools: readonly string[];
  /** Which of Claude Code's settings files (and CLAUDE.md) are read. */
  readonly settingSources: readonly ("user" | "project" | "local")[];
  /** Whether clients are told what Claude Code does by itself, in protocols that tell it. */
  readonly activity: "shown" | "hidden";
  /** Absolute real path of the folder that turns work in. */
  readonly workspace: string;
  /** Absolute real paths of folders that turns may use besides. */
  readonly additionalDirectories: readonly string[];
  /**
   * Where the turns of a conversation work. `none`: in the workspace itself, all together. `worktree`: in a git worktree of
   * the conversation's own. `copy`: in a copy of the folder.
   */
  readonly isolation: "none" | "worktree" | "copy";
  /** Claude Code's sandbox for commands. `auto`: where the machine has what it needs. `required`: the server does not start without. */
  readonly sandbox: "off" | "auto" | "required";
  readonly mcpServers: McpServers;
  /** By name. */
  readonly agents: Readonly<Record<string, SubAgent>>;
  /** Unless the request says otherwise. */
  readonly effort?: Sampling["effort"];
  /** Most model calls of one turn. */
  readonly maxTurns?: number;
  /** Most that one turn may cost, in US dollars. */
  readonly maxBudgetUsd?: number;
  /** Further variables of Claude Code's environment, such as those that choose Bedrock or Vertex; may be secret. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What of a profile is fixed when a Claude Code process starts. Processes of one kind can stand for one another. */
export interface ProcessKind {
  readonly systemPrompt: Profile["systemPrompt"];
  /** `on`: all that Claude Code has; else the names of those that are offered. */
  readonly builtinTools: "on" | readonly string[];
  readonly permissionMode: Profile["permissionMode"];
  readonly settingSources: Profile["settingSources"];
}

/**
 * The kind of process that serves a turn of this profile. `asked` are tools of Claude Code's own that the request asks for
 * where they are not on.
 * @throws AppError `invalid-request` when the profile does not allow one of them
 */
export function processKind(
  profile: Profile,
  hasClientTools: boolean,
  asked: readonly string[] = [],
): ProcessKind {
  const { name, systemPrompt, builtinTools, permissionMode, settingSources } = profile;
  if (builtinTools === "on" || (builtinTools === "auto" && !hasClientTools)) {
    return { systemPrompt, builtinTools: "on", permissionMode, settingSources };
  }
  const isHarmless = asked.every((tool) => HARMLESS_TOOLS.has(tool));
  if (builtinTools === "off" && !isHarmless) {
    throw new AppError({
      kind: "invalid-request",
      message: `The profile '${name}' of this model has Claude Code's own tools turned off (builtinTools: off).`,
      param: "tools",
    });
  }
  const kind = builtinTools === "off" ? { systemPrompt, settingSources } : CLIENT_IS_AGENT;
  const mode = isHarmless && builtinTools !== "off" ? CLIENT_IS_AGENT.permissionMode : permissionMode;
  return { ...kind, builtinTools: asked.toSorted(), permissionMode: mode };
}

/** They read the web by way of Claude's API and touch nothing here. */
export const HARMLESS_TOOLS: ReadonlySet<string> = new Set(["WebSearch"]);

/** Equal for equal kinds. */
export function processKindKey(kind: ProcessKind): string {
  return JSON.stringify([kind.systemPrompt, kind.builtinTools, kind.permissionMode, kind.settingSources]);
}

/** Whether a process of this kind has tools of Claude Code's own. */
export function hasBuiltinTools({ builtinTools }: ProcessKind): boolean {
  return builtinTools === "on" || builtinTools.length > 0;
}

const CLIENT_IS_AGENT = {
  systemPrompt: "client",
  permissionMode: "dontAsk",
  settingSources: [],
} as const;

/** What a model id means. */
export interface ModelTarget {
  /** The id as the client sent it, without a conversation suffix; echoed in answers. */
  readonly modelId: string;
  readonly profile: Profile;
  /** The name given to Claude Code: an alias such as `sonnet`, a full id, or `default` for the account's default. */
  readonly model: string;
}

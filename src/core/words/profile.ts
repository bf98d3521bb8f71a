import type { McpServers } from "./mcp-server.ts";
import type { PermissionMode } from "./permission-mode.ts";
import type { Sampling } from "./sampling.ts";

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
  /** The name of the engine that runs its turns. */
  readonly engine: string;
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
  /** Whether clients are told what Claude Code does by itself, in protocols that tell it; `text`: in the text of chats, unless asked otherwise. */
  readonly activity: "shown" | "text" | "hidden";
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

/** What a model id means. */
export interface ModelTarget {
  /** The id as the client sent it, without a conversation suffix; echoed in answers. */
  readonly modelId: string;
  readonly profile: Profile;
  /** The name given to Claude Code: an alias such as `sonnet`, a full id, or `default` for the account's default. */
  readonly model: string;
  /** The full id of the model that answers, as far as it is known; absent when `model` is all that is. */
  readonly resolvedModel?: string;
}

import type { McpServers } from "./mcp-server.ts";
import type { PermissionMode } from "./permission-mode.ts";
import type { Sampling } from "./sampling.ts";

/** A sub-agent with its own prompt, which Claude may give a task to. */
export interface SubAgent {
  /** Tells Claude when to use it. */
  readonly description: string;
  readonly prompt: string;
  /** Undefined: all tools of the main agent. */
  readonly tools?: readonly string[];
  readonly model?: string;
}

/**
 * A named set of defaults for turns. A model id resolves to a profile and a model; a request may change what it is allowed to
 * change.
 */
export interface Profile {
  readonly name: string;
  /** The name of the engine that runs the profile's turns. */
  readonly engine: string;
  /**
   * `claude-code`: Claude Code's own system prompt, followed by the profile's and the client's text.
   * `client`: only those two texts.
   */
  readonly systemPrompt: "claude-code" | "client";
  /** The profile's own text for the model, placed before the client's; empty when there is none. */
  readonly instructions: string;
  /**
   * Whether Claude Code's own tools (Bash, Read, Edit …) are offered to the model. `auto`: unless the request declares client
   * tools; then the client is the agent, and Claude Code's own prompt and settings are left out as well.
   */
  readonly builtinTools: "auto" | "on" | "off";
  readonly permissionMode: PermissionMode;
  /** Rules in Claude Code's syntax, such as `Read` or `Bash(git log *)`: matching calls run without asking. */
  readonly allowedTools: readonly string[];
  /** Rules in the same syntax: matching calls are never made. A bare name removes the tool. */
  readonly disallowedTools: readonly string[];
  /** Which of Claude Code's settings files (and CLAUDE.md files) are read. */
  readonly settingSources: readonly ("user" | "project" | "local")[];
  /**
   * Whether clients see what Claude Code does by itself, in protocols that can express it. `text`: also in the text of chats,
   * unless the request says otherwise.
   */
  readonly activity: "shown" | "text" | "hidden";
  /** Absolute real path of the folder that turns work in. */
  readonly workspace: string;
  /** Absolute real paths of additional folders that turns may use. */
  readonly additionalDirectories: readonly string[];
  /**
   * Where the turns of a conversation work. `none`: in the workspace itself, shared by all. `worktree`: in the conversation's
   * own git worktree. `copy`: in its own copy of the folder.
   */
  readonly isolation: "none" | "worktree" | "copy";
  /**
   * Claude Code's sandbox for commands. `auto`: where the machine supports it. `required`: the server does not start without
   * it.
   */
  readonly sandbox: "off" | "auto" | "required";
  readonly mcpServers: McpServers;
  /** Keyed by name. */
  readonly agents: Readonly<Record<string, SubAgent>>;
  /** Applies unless the request says otherwise. */
  readonly effort?: Sampling["effort"];
  /** Maximum number of model calls in one turn. */
  readonly maxTurns?: number;
  /** Maximum cost of one turn, in US dollars. */
  readonly maxBudgetUsd?: number;
  /** Additional environment variables for Claude Code, such as those that select Bedrock or Vertex; may be secret. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The profile and model that a model id stands for. */
export interface ModelTarget {
  /** The id as the client sent it, without a conversation suffix; echoed in answers. */
  readonly modelId: string;
  readonly profile: Profile;
  /** The name passed to Claude Code: an alias such as `sonnet`, a full id, or `default` for the account's default. */
  readonly model: string;
  /** The full id of the model that answers, as far as it is known; absent when only `model` is known. */
  readonly resolvedModel?: string;
}

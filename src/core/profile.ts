/** A named set of defaults for turns. A model id resolves to a profile plus a model. */
export interface Profile {
  readonly name: string;
  /**
   * `claude-code`: Claude Code's own system prompt, the client's text appended.
   * `client`: only the client's text.
   */
  readonly systemPrompt: "claude-code" | "client";
  /**
   * Whether Claude Code's own tools (Bash, Read, Edit …) are offered to the model. `auto`: unless the request declares
   * client tools; then the client is the agent, and Claude Code's own prompt and settings stay out as well.
   */
  readonly builtinTools: "auto" | "on" | "off";
  /** `acceptEdits`: edits inside the workspace run, what would need a person's answer is denied. `dontAsk`: only what rules allow. */
  readonly permissionMode: "acceptEdits" | "dontAsk";
  /** Which of Claude Code's settings files (and CLAUDE.md) are read. */
  readonly settingSources: readonly ("user" | "project" | "local")[];
  /** Absolute path of the folder that turns work in. */
  readonly workspace: string;
}

/** What of a profile is fixed when a Claude Code process starts. Processes of one kind can stand for one another. */
export interface ProcessKind {
  readonly systemPrompt: Profile["systemPrompt"];
  readonly builtinTools: "on" | "off";
  readonly permissionMode: Profile["permissionMode"];
  readonly settingSources: Profile["settingSources"];
}

/** The kind of process that serves a turn of this profile. */
export function processKind(profile: Profile, hasClientTools: boolean): ProcessKind {
  const { systemPrompt, builtinTools, permissionMode, settingSources } = profile;
  if (builtinTools === "auto" && hasClientTools) return CLIENT_IS_AGENT;
  return {
    systemPrompt,
    builtinTools: builtinTools === "auto" ? "on" : builtinTools,
    permissionMode,
    settingSources,
  };
}

/** Equal for equal kinds. */
export function processKindKey(kind: ProcessKind): string {
  return JSON.stringify([kind.systemPrompt, kind.builtinTools, kind.permissionMode, kind.settingSources]);
}

const CLIENT_IS_AGENT: ProcessKind = {
  systemPrompt: "client",
  builtinTools: "off",
  permissionMode: "dontAsk",
  settingSources: [],
};

/** What a model id means. */
export interface ModelTarget {
  /** The id as the client sent it, without a conversation suffix; echoed in answers. */
  readonly modelId: string;
  readonly profile: Profile;
  /** The name given to Claude Code: an alias such as `sonnet`, a full id, or `default` for the account's default. */
  readonly model: string;
}

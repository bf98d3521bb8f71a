/** A named set of defaults for turns. A model id resolves to a profile plus a model. */
export interface Profile {
  readonly name: string;
  /**
   * `claude-code`: Claude Code's own system prompt, the client's text appended.
   * `client`: only the client's text.
   */
  readonly systemPrompt: "claude-code" | "client";
  /** Whether Claude Code's own tools (Bash, Read, Edit …) are offered to the model. */
  readonly builtinTools: "on" | "off";
  /** `acceptEdits`: edits inside the workspace run, what would need a person's answer is denied. `dontAsk`: only what rules allow. */
  readonly permissionMode: "acceptEdits" | "dontAsk";
  /** Which of Claude Code's settings files (and CLAUDE.md) are read. */
  readonly settingSources: readonly ("user" | "project" | "local")[];
  /** Absolute path of the folder that turns work in. */
  readonly workspace: string;
}

/** What a model id means. */
export interface ModelTarget {
  /** The id as the client sent it, without a conversation suffix; echoed in answers. */
  readonly modelId: string;
  readonly profile: Profile;
  /** The name given to Claude Code: an alias such as `sonnet`, a full id, or `default` for the account's default. */
  readonly model: string;
}

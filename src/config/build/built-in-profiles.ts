import type { Profile } from "../../core/words/profile.ts";

export type ProfileDefaults = Omit<Profile, "name" | "workspace" | "engine">;

/** Fields that no built-in profile sets. */
const NOTHING_MORE = {
  instructions: "",
  allowedTools: [],
  disallowedTools: [],
  activity: "shown",
  additionalDirectories: [],
  isolation: "none",
  // Off as in Claude Code itself: the sandbox blocks the network and costs each command a tenth of a second.
  sandbox: "off",
  mcpServers: {},
  agents: {},
  environment: {},
} as const;

/** The defaults for a profile that the file adds. */
export const DEFAULT_PROFILE: ProfileDefaults = {
  ...NOTHING_MORE,
  systemPrompt: "claude-code",
  builtinTools: "auto",
  permissionMode: "acceptEdits",
  settingSources: ["user", "project"],
};

export const BUILT_IN_PROFILES: Readonly<Record<string, ProfileDefaults>> = {
  /** Claude Code as people know it. */
  default: DEFAULT_PROFILE,
  /** The bare model. */
  chat: {
    ...NOTHING_MORE,
    systemPrompt: "client",
    builtinTools: "off",
    permissionMode: "dontAsk",
    settingSources: [],
  },
};

import type { Profile } from "../core/profile.ts";

export type ProfileDefaults = Omit<Profile, "name" | "workspace">;

/** The fields of a profile that the file adds and leaves open. */
export const DEFAULT_PROFILE: ProfileDefaults = {
  systemPrompt: "claude-code",
  builtinTools: "auto",
  permissionMode: "acceptEdits",
  settingSources: ["user", "project"],
  activity: "shown",
};

export const BUILT_IN_PROFILES: Readonly<Record<string, ProfileDefaults>> = {
  /** Claude Code as people know it. */
  default: DEFAULT_PROFILE,
  /** The bare model. */
  chat: {
    systemPrompt: "client",
    builtinTools: "off",
    permissionMode: "dontAsk",
    settingSources: [],
    activity: "shown",
  },
};

import type { ModelTarget } from "../words/profile.ts";

/** The same model for a turn that only reads and writes text, whatever the profile allows. */
export function onlyWriting(target: ModelTarget): ModelTarget {
  return {
    ...target,
    profile: {
      ...target.profile,
      systemPrompt: "client",
      builtinTools: "off",
      permissionMode: "dontAsk",
      settingSources: [],
      mcpServers: {},
      isolation: "none",
    },
  };
}

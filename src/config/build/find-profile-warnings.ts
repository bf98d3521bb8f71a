import type { Profile } from "../../core/words/profile.ts";
import type { Settings } from "../schema/config-schema.ts";
import type { Config } from "../config.ts";
import { isLoopbackHost } from "./is-loopback-host.ts";
import type { ProfileSetting } from "../schema/profile-schema.ts";

/** What a profile says that is dangerous or has no effect. */
export function findProfileWarnings({ profiles: given }: Settings, { profiles }: Config): readonly string[] {
  return Object.values(profiles).flatMap((profile) => {
    const setting = Object.hasOwn(given, profile.name) ? given[profile.name] : undefined;
    return [
      ...findUnasked(profile),
      ...findOpenGateway(profile),
      ...(setting ? findIdleFields(profile, setting) : []),
    ];
  });
}

function findUnasked({ name, permissionMode, builtinTools }: Profile): readonly string[] {
  if (permissionMode !== "bypassPermissions" || builtinTools === "off") return [];
  return [
    `In the profile ${name} Claude Code edits, runs and deletes whatever it wants, unasked (permissionMode: bypassPermissions).`,
  ];
}

/** The credentials and every prompt would go over the network for all to read. */
function findOpenGateway({ name, environment }: Profile): readonly string[] {
  const url = URL.parse(environment["ANTHROPIC_BASE_URL"] ?? "");
  if (url?.protocol !== "http:" || isLoopbackHost(url.hostname)) return [];
  return [
    `The profile ${name} sends prompts and credentials unencrypted (ANTHROPIC_BASE_URL begins with http:). Use https.`,
  ];
}

const FOR_TOOLS = ["permissionMode", "allowedTools", "disallowedTools"] as const;
const FOR_BUILT_IN_TOOLS = ["additionalDirectories", "isolation", "sandbox", "agents"] as const;

function findIdleFields(profile: Profile, setting: ProfileSetting): readonly string[] {
  if (profile.builtinTools !== "off") return [];
  const hasServers = Object.keys(profile.mcpServers).length > 0;
  const idle = [...(hasServers ? [] : FOR_TOOLS), ...FOR_BUILT_IN_TOOLS].filter(
    (field) => setting[field] !== undefined,
  );
  if (idle.length === 0) return [];
  return [
    `The profile ${profile.name} has Claude Code's tools off (builtinTools: off), so this has no effect: ${idle.join(", ")}.`,
  ];
}

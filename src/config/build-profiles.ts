import type { Profile } from "../core/profile.ts";
import { BUILT_IN_PROFILES, DEFAULT_PROFILE } from "./built-in-profiles.ts";
import type { ProfileSetting } from "./config-schema.ts";

/** The built-in profiles, as the file changes them, and the file's own. */
export function buildProfiles(
  given: Readonly<Record<string, ProfileSetting>>,
  workspace: string,
  resolveWorkspace: (profileName: string, path: string) => string,
): Readonly<Record<string, Profile>> {
  const names = new Set([...Object.keys(BUILT_IN_PROFILES), ...Object.keys(given)]);
  const profiles = Array.from(names, (name): [string, Profile] => {
    const { workspace: ownWorkspace, ...changes } = given[name] ?? {};
    const base = BUILT_IN_PROFILES[name] ?? DEFAULT_PROFILE;
    const folder = ownWorkspace === undefined ? workspace : resolveWorkspace(name, ownWorkspace);
    return [name, { ...base, ...changes, name, workspace: folder }];
  });
  return Object.fromEntries(profiles);
}

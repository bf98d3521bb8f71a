import { expect, test } from "vitest";

import { DEFAULT_PROFILE } from "../config/build/built-in-profiles.ts";
import type { Profile } from "../core/words/profile.ts";
import { describeSandbox } from "./describe-sandbox.ts";

const profile = (name: string, changes: Partial<Profile>): Profile => ({
  ...DEFAULT_PROFILE,
  engine: "sdk",
  name,
  workspace: "/w",
  ...changes,
});
const profilesOf = (...profiles: Profile[]) => Object.fromEntries(profiles.map((each) => [each.name, each]));
const CHAT = profile("chat", { builtinTools: "off" });
const NOTHING = { withoutSandbox: [] };

test("one word where all profiles are alike, and those without commands do not count", () => {
  expect(describeSandbox({ ...NOTHING, profiles: profilesOf(CHAT, profile("default", {})) })).toMatch(
    /^off: commands run with this user's rights/,
  );
  const on = profilesOf(CHAT, profile("default", { sandbox: "auto" }));
  expect(describeSandbox({ ...NOTHING, profiles: on })).toBe("on");
  expect(describeSandbox({ ...NOTHING, profiles: profilesOf(CHAT) })).toMatch(/^not needed/);
});

test("by profile where they differ", () => {
  const profiles = profilesOf(
    CHAT,
    profile("default", {}),
    profile("review", { sandbox: "required" }),
    profile("work", { sandbox: "auto" }),
    profile("play", {}),
  );
  expect(describeSandbox({ ...NOTHING, profiles })).toBe("default, play: off; review: on, always; work: on");
});

test("what is wanted and not there is said with the reason", () => {
  const support = { isAvailable: false, detail: "socat is not installed." };
  const settled = { profiles: profilesOf(profile("default", {})), withoutSandbox: ["default"], support };
  expect(describeSandbox(settled)).toBe("off, although wanted. socat is not installed.");
});

import { expect, test } from "vitest";

import type { Profile } from "../../core/words/profile.ts";
import { ConfigError } from "../config-error.ts";
import { DEFAULT_PROFILE } from "./built-in-profiles.ts";
import { settleSandbox } from "./settle-sandbox.ts";

const profile = (name: string, sandbox: Profile["sandbox"]): Profile => ({
  ...DEFAULT_PROFILE,
  engine: "sdk",
  name,
  workspace: "/w",
  sandbox,
});
const THERE = async () => ({ isAvailable: true, detail: "bubblewrap" });
const MISSING = async () => ({ isAvailable: false, detail: "socat is not installed." });

test("nobody looks where no profile wants a sandbox", async () => {
  const profiles = { plain: profile("plain", "off") };
  const settled = await settleSandbox(profiles, () => Promise.reject(new Error("looked")));
  expect(settled).toEqual({ profiles, withoutSandbox: [] });
});

test("what the machine can do is left as it is", async () => {
  const profiles = { soft: profile("soft", "auto"), hard: profile("hard", "required") };
  expect(await settleSandbox(profiles, THERE)).toMatchObject({ profiles, withoutSandbox: [] });
});

test("auto is off where there is none, and said so", async () => {
  const profiles = { soft: profile("soft", "auto"), plain: profile("plain", "off") };
  const settled = await settleSandbox(profiles, MISSING);
  expect(settled.profiles).toEqual({ soft: profile("soft", "off"), plain: profile("plain", "off") });
  expect(settled.withoutSandbox).toEqual(["soft"]);
});

test("required refuses the start, with each setting and what is missing", async () => {
  const profiles = {
    one: profile("one", "required"),
    two: profile("two", "required"),
    soft: profile("soft", "auto"),
  };
  const error = await settleSandbox(profiles, MISSING).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toMatch(/profiles\.one\.sandbox.*socat is not installed/);
  expect(String(error)).toContain("profiles.two.sandbox");
  expect(String(error)).not.toContain("soft");
});

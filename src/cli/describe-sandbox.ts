import type { SettledSandbox } from "../config/build/settle-sandbox.ts";
import type { Profile } from "../core/words/profile.ts";

/** Describes on one line whether commands run in a sandbox; by profile where they differ. */
export function describeSandbox({ profiles, withoutSandbox, support }: SettledSandbox): string {
  const running = Object.values(profiles).filter(({ builtinTools }) => builtinTools !== "off");
  const states = Map.groupBy(running, (profile) => describeState(profile, withoutSandbox));
  const why = withoutSandbox.length > 0 ? `. ${support?.detail ?? ""}` : "";
  const [only] = states.keys();
  if (only === undefined) return "not needed: no profile runs commands";
  if (states.size === 1) return `${only}${only === OFF ? OFF_MEANS : ""}${why}`;
  const parts = Array.from(states, ([state, of]) => `${of.map(({ name }) => name).join(", ")}: ${state}`);
  return `${parts.join("; ")}${why}`;
}

const OFF = "off";
const OFF_MEANS = ": commands run with this user's rights (the setting sandbox of a profile)";

function describeState({ name, sandbox }: Profile, withoutSandbox: readonly string[]): string {
  if (sandbox !== "off") return sandbox === "required" ? "on, always" : "on";
  return withoutSandbox.includes(name) ? "off, although wanted" : OFF;
}

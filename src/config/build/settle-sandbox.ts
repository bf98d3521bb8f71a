import type { SandboxSupport } from "../../core/ports/sandbox-support.ts";
import type { Profile } from "../../core/words/profile.ts";
import { ConfigError } from "../config-error.ts";

export interface SettledSandbox {
  /** The profiles, with `auto` changed to `off` where the machine has no sandbox. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** Undefined when no profile wants a sandbox, so support was not checked. */
  readonly support?: SandboxSupport;
  /** Names of the profiles that run without the sandbox they want. */
  readonly withoutSandbox: readonly string[];
}

/**
 * Compares what the profiles want with what the machine supports. Checks only if a profile wants a sandbox.
 * @throws ConfigError when a profile requires a sandbox and there is none
 */
export async function settleSandbox(
  profiles: Readonly<Record<string, Profile>>,
  detect: () => Promise<SandboxSupport>,
): Promise<SettledSandbox> {
  const wanting = Object.values(profiles).filter(({ sandbox }) => sandbox !== "off");
  if (wanting.length === 0) return { profiles, withoutSandbox: [] };
  const support = await detect();
  if (support.isAvailable) return { profiles, support, withoutSandbox: [] };
  const requiring = wanting.filter(({ sandbox }) => sandbox === "required");
  if (requiring.length > 0) {
    throw new ConfigError(requiring.map(({ name }) => describeMissing(name, support)));
  }
  const without = Object.fromEntries(
    wanting.map((profile) => [profile.name, { ...profile, sandbox: "off" as const }]),
  );
  return { profiles: { ...profiles, ...without }, support, withoutSandbox: Object.keys(without) };
}

function describeMissing(name: string, { detail }: SandboxSupport): string {
  return (
    `profiles.${name}.sandbox is 'required', but this machine cannot run commands in a sandbox. ${detail} ` +
    "Or set it to 'auto' (without a sandbox where there is none) or 'off'."
  );
}

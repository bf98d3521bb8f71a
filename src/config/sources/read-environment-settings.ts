import { SETTINGS } from "../schema/config-schema.ts";
import { nearestName } from "../show/nearest-name.ts";
import type { Environment } from "./process-environment.ts";

export const CONFIG_FILE_VARIABLE = "TURNPIKE_CONFIG";

/** `1` where something starts the server again once it has ended with the code for that. No setting: the image sets it. */
export const SUPERVISED_VARIABLE = "TURNPIKE_SUPERVISED";

export interface EnvironmentSetting {
  readonly key: string;
  /** The variable, or both when a list came from both of its spellings. */
  readonly name: string;
  readonly value: string;
}

/** Reads the settings in `TURNPIKE_…` variables. An empty variable counts as absent, as in most shells and compose files. */
export function readEnvironmentSettings(environment: Environment): readonly EnvironmentSetting[] {
  return SETTINGS.flatMap((setting) => {
    const names = setting.environmentNames.filter((name) => environment[name]?.trim());
    if (names.length === 0) return [];
    // A list may come from both of its spellings.
    const used = setting.isList ? names : names.slice(0, 1);
    const value = used.map((name) => environment[name]?.trim()).join(",");
    return [{ key: setting.key, name: used.join(", "), value }];
  });
}

/**
 * Warnings about variables that look like mistyped settings. Not errors: others may use the same prefix, such as
 * Kubernetes, which describes a service named turnpike in `TURNPIKE_SERVICE_HOST`.
 */
export function findMistypedVariables(environment: Environment): readonly string[] {
  const known = new Set([
    ...SETTINGS.flatMap((setting) => setting.environmentNames),
    CONFIG_FILE_VARIABLE,
    SUPERVISED_VARIABLE,
  ]);
  return Object.keys(environment).flatMap((name) => {
    if (!name.startsWith("TURNPIKE_") || known.has(name)) return [];
    const meant = nearestName(name.slice("TURNPIKE_".length), withoutPrefix(known));
    return meant ? [`${name} is not a setting. Did you mean TURNPIKE_${meant}?`] : [];
  });
}

function withoutPrefix(names: ReadonlySet<string>): readonly string[] {
  return Array.from(names, (name) => name.slice("TURNPIKE_".length));
}

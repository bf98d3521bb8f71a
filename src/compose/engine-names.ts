/** The names of engines that a profile may use. Separate from their builders, so that knowing the names loads no engine. */
export const ENGINE_NAMES = ["sdk", "cli"] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

export function isEngineName(name: string): name is EngineName {
  return ENGINE_NAMES.some((known) => known === name);
}

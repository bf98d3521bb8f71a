import { rulePath } from "./permission-rules.ts";

/**
 * Rules by which no tool of Claude Code's reads or changes these files and folders, in any permission mode, also not by a search or
 * by those of its commands that it knows to read. Paths are absolute.
 */
export function privateRules(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const pattern = rulePath(path).replaceAll(/[[\]*?!#]/g, String.raw`\$&`);
    return [pattern, `${pattern}/**`].flatMap((one) => [`Read(${one})`, `Edit(${one})`]);
  });
}

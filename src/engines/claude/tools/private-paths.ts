import { rulePath } from "./always-rules.ts";

/**
 * Rules that keep all of Claude Code's tools from reading or changing these files and folders, in every permission mode. They
 * cover searches too, and those commands that Claude Code knows to read. Paths are absolute.
 */
export function privateRules(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const pattern = rulePath(path).replaceAll(/[[\]*?!#]/g, String.raw`\$&`);
    return [pattern, `${pattern}/**`].flatMap((one) => [`Read(${one})`, `Edit(${one})`]);
  });
}

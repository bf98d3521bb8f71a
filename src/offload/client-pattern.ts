import { linearPattern, type Pattern } from "./linear-pattern.ts";

const ANY: Pattern = { test: () => true };

/**
 * ajv's way to make a regular expression of a schema's pattern. Patterns come in the dialects of many languages; one that cannot
 * be read here is left to the model. What takes more than linear time (lookaround, backreferences) is held by the time that
 * its process is given.
 */
export const clientPattern = Object.assign(
  (pattern: string, flags: string) => {
    // ajv takes two patterns for one that are written alike.
    return { ...compile(pattern, flags), toString: () => JSON.stringify([pattern, flags]) };
  },
  { code: "new RegExp" },
);

function compile(pattern: string, flags: string): Pattern {
  for (const tried of [flags, ""]) {
    try {
      return linearPattern(pattern, tried) ?? backtracking(pattern, tried);
    } catch {
      // The next one, then.
    }
  }
  return ANY;
}

function backtracking(pattern: string, flags: string): Pattern {
  const compiled = new RegExp(pattern, flags);
  return { test: (text) => compiled.test(text) };
}

import { linearPattern, type Pattern } from "./linear-pattern.ts";

const ANY: Pattern = { test: () => true };

/**
 * How ajv makes a regular expression from a schema's pattern. Patterns come in the dialects of many languages; a pattern that
 * cannot be read here matches everything, and the model decides. A pattern that takes more than linear time (lookaround,
 * backreferences) is limited by its process's time limit.
 */
export const clientPattern = Object.assign(
  (pattern: string, flags: string) => {
    // ajv identifies patterns by their text: two with the same text count as one.
    return { ...compile(pattern, flags), toString: () => JSON.stringify([pattern, flags]) };
  },
  { code: "new RegExp" },
);

function compile(pattern: string, flags: string): Pattern {
  for (const tried of [flags, ""]) {
    try {
      return linearPattern(pattern, tried) ?? backtracking(pattern, tried);
    } catch {
      // Try the next flags.
    }
  }
  return ANY;
}

function backtracking(pattern: string, flags: string): Pattern {
  const compiled = new RegExp(pattern, flags);
  return { test: (text) => compiled.test(text) };
}

import { RE2JS } from "re2js";

import { toRe2Syntax } from "./to-re2-syntax.ts";

/** Everything a check needs from a regular expression. */
export interface Pattern {
  test(text: string): boolean;
}

/**
 * A pattern that runs in linear time on any text. Undefined for a pattern that RE2 cannot express, which needs a backtracking
 * engine, and for an invalid pattern. `flags`: `u` and `i`.
 */
export function linearPattern(pattern: string, flags: string): Pattern | undefined {
  const written = toRe2Syntax(pattern, flags);
  if (written === undefined) return undefined;
  try {
    const compiled = RE2JS.compile(written, flags.includes("i") ? RE2JS.CASE_INSENSITIVE : 0);
    return { test: (text) => compiled.test(text) };
  } catch {
    // RE2 does not know the script's name, or the pattern is too large for it.
    return undefined;
  }
}

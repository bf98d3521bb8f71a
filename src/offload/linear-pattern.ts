import { RE2JS } from "re2js";

import { toRe2Syntax } from "./to-re2-syntax.ts";

/** All that a check needs of a regular expression. */
export interface Pattern {
  test(text: string): boolean;
}

/**
 * A pattern that takes time in proportion to the text, whatever it is; undefined when RE2 cannot express it, so that only an
 * engine that goes back and tries again can, and for what is no pattern. `flags`: `u` and `i`.
 */
export function linearPattern(pattern: string, flags: string): Pattern | undefined {
  const written = toRe2Syntax(pattern, flags);
  if (written === undefined) return undefined;
  try {
    const compiled = RE2JS.compile(written, flags.includes("i") ? RE2JS.CASE_INSENSITIVE : 0);
    return { test: (text) => compiled.test(text) };
  } catch {
    // It knows this script by no name, or the pattern is too large for it.
    return undefined;
  }
}

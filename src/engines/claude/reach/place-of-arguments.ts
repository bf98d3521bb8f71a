import { normalize, resolve } from "node:path";

import { argumentWords } from "./argument-words.ts";
import { type Place, worstOf } from "./reach.ts";
import { isThere } from "./real-path.ts";

/** Arguments beyond these limits, in characters and words, are not examined: they count as outside. */
const MAX_LENGTH = 200_000;
const MAX_WORDS = 5_000;

const GLOB = /[*?[]/;
/** Other characters that are special to a shell, and make a word more than a pattern. */
const SPECIAL = /[\s$`~{}()<>|&;"'\\]/;

/** How a path and a pattern are judged. */
export interface ArgumentPlaces {
  readonly ofPath: (path: string) => Promise<Place>;
  /** The place of everything that a shell may put in the pattern's place. */
  readonly ofPattern: (pattern: string) => Promise<Place>;
}

/**
 * The worst place among those that the arguments of a command or a skill may name. Its text decides what happens to them: after an
 * `@` in the text, Claude Code reads the file that they name, wherever it is and unasked, and a shell line in the text may read it.
 */
export async function placeOfArguments(text: string, cwd: string, places: ArgumentPlaces): Promise<Place> {
  const words = text.length > MAX_LENGTH ? undefined : argumentWords(text);
  if (!words || words.size > MAX_WORDS) return "outside";
  let worst: Place = "inside";
  for (const word of words) {
    // The text may put a folder before it, so what is there cannot be known.
    const isAbove = normalize(word).startsWith("..");
    // In the middle of a text, `~` stands for "about".
    const isHome = word.startsWith("~/") || (word === "~" && text.trimStart().startsWith("~"));
    if (isHome || isAbove || (await isThere(resolve(cwd, word))))
      worst = worstOf([worst, await places.ofPath(word)]);
    if (GLOB.test(word) && !SPECIAL.test(word)) worst = worstOf([worst, await places.ofPattern(word)]);
    if (worst === "private") break;
  }
  return worst;
}

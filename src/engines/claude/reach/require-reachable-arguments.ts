import { normalize, resolve } from "node:path";

import { AppError } from "../../../core/words/app-error.ts";
import type { Place } from "./reach.ts";
import { isThere } from "./real-path.ts";

/** Arguments beyond these limits are not examined but refused. */
const MAX_LENGTH = 200_000;
const MAX_WORDS = 5_000;
/** The longest path that a system accepts. */
const MAX_PATH_LENGTH = 4_096;

const GLOB = /[*?[]/;
/** Other characters that are special to a shell, and make a word more than a pattern. */
const SPECIAL = /[\s$`~{}()<>|&;"'\\]/;

/**
 * The command's text decides what happens to its arguments: after an `@` in the text, Claude Code reads the file that they name,
 * wherever it is and unasked, and a shell line in the text may read it. So the arguments must not name files outside of what the
 * turn may read.
 * @throws AppError `invalid-request`
 */
export async function requireReachableArguments(
  text: string,
  workspace: string,
  places: {
    readonly ofPath: (path: string) => Promise<Place>;
    /** The place of everything that a shell may put in the pattern's place. */
    readonly ofPattern: (pattern: string) => Promise<Place>;
  },
): Promise<void> {
  const words = text.length > MAX_LENGTH ? undefined : wordsOf(text);
  if (!words || words.size > MAX_WORDS) {
    throw refused("The arguments of a command are too long.");
  }
  for (const word of words) {
    // The command may put a folder before it, so what is there cannot be known.
    const isAbove = normalize(word).startsWith("..");
    // In the middle of a text, `~` stands for "about".
    const isHome = word.startsWith("~/") || (word === "~" && text.trimStart().startsWith("~"));
    const isPath = isHome || isAbove || (await isThere(resolve(workspace, word)));
    const isOut =
      (isPath && (await places.ofPath(word)) !== "inside") ||
      (GLOB.test(word) && !SPECIAL.test(word) && (await places.ofPattern(word)) !== "inside");
    if (isOut) {
      throw refused(
        "The arguments of a command cannot name files outside of the workspace and its additional folders.",
      );
    }
  }
}

/**
 * Everything in a text that may be taken for a path: the whole text, quoted parts and words, each also without what may follow a
 * path.
 */
function wordsOf(text: string): ReadonlySet<string> {
  const quoted = [...text.matchAll(/"([^"]+)"|'([^']+)'|`([^`]+)`/g)].flatMap((match) => match.slice(1));
  const words = [text, ...quoted, ...text.split(/\s+/)].flatMap((word) => {
    const bare = word?.trim().replace(/^["'`([{<]+/, "") ?? "";
    if (bare.length > MAX_PATH_LENGTH) return [];
    return [bare, bare.replace(/#.*$/s, ""), withoutMarks(bare)];
  });
  return new Set(words.filter((word) => word !== ""));
}

/** The word without the punctuation at its end. */
function withoutMarks(word: string): string {
  let end = word.length;
  while (end > 0 && !/[\w/~]/.test(word.charAt(end - 1))) end -= 1;
  return word.slice(0, end);
}

function refused(message: string): AppError {
  return new AppError({ kind: "invalid-request", message, param: "claude.command" });
}

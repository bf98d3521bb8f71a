import { normalize, resolve } from "node:path";

import { AppError } from "../../../core/words/app-error.ts";
import type { Place } from "./reach.ts";
import { isThere } from "./real-path.ts";

/** More are not looked at before a command runs. */
const MAX_WORDS = 5_000;
/** The longest path that a system takes. */
const MAX_PATH_LENGTH = 4_096;

/**
 * What a command says decides what becomes of its arguments: behind an `@` of its own, Claude Code reads the file that they name,
 * wherever it lies and unasked. So they name none outside of what the turn may read.
 * @throws AppError `invalid-request`
 */
export async function requireReachableArguments(
  text: string,
  workspace: string,
  placeOf: (path: string) => Promise<Place>,
): Promise<void> {
  const words = wordsOf(text);
  if (words.size > MAX_WORDS) {
    throw refused(`The arguments of a command may have at most ${MAX_WORDS} different words.`);
  }
  for (const word of words) {
    if (word.length > MAX_PATH_LENGTH) continue;
    // The command may put a folder before it, so that what is there cannot be known.
    const isAbove = normalize(word).startsWith("..");
    // In the middle of words it stands for "about".
    const isHome = word.startsWith("~/") || (word === "~" && text.trimStart().startsWith("~"));
    const isPath = isHome || isAbove || (await isThere(resolve(workspace, word)));
    if (isPath && (await placeOf(word)) !== "inside") {
      throw refused(
        "The arguments of a command cannot name files outside of the workspace and its additional folders.",
      );
    }
  }
}

/** All that may be taken for a path in a text: the whole, quoted parts, words, and these without what may follow a path. */
function wordsOf(text: string): ReadonlySet<string> {
  const quoted = [...text.matchAll(/"([^"]+)"|'([^']+)'|`([^`]+)`/g)].flatMap((match) => match.slice(1));
  const words = [text, ...quoted, ...text.split(/\s+/)].flatMap((word) => {
    if (word === undefined) return [];
    const bare = word.trim().replace(/^["'`([{<]+/, "");
    return [bare, bare.replace(/#.*$/s, ""), bare.replace(/[^\w/~]+$/, "")];
  });
  return new Set(words.filter((word) => word !== ""));
}

function refused(message: string): AppError {
  return new AppError({ kind: "invalid-request", message, param: "claude.command" });
}

import { expandGlob } from "./expand-glob.ts";
import type { ShellWord, SimpleCommand } from "./parse-shell-line.ts";
import { partsOf } from "./parts-of-word.ts";
import { placeOf, type Reach } from "./reach.ts";
import { readingsOf } from "./real-path.ts";

/** More paths are not looked at: what a rule lets run could put a name together in other ways, too. */
const MAX_PATHS = 5_000;

/**
 * Whether a shell line names something private, whatever its programs do with it: a rule of the operator may let any program run.
 * What a program finds by itself, or puts together, is beyond this.
 * @param line a text where the commands in it cannot be told
 * @param bases the folders from which a relative path may start
 */
export async function namesPrivate(
  line: readonly SimpleCommand[] | string,
  bases: readonly string[],
  reach: Reach,
): Promise<boolean> {
  const paths = new Set<string>();
  for (const base of bases) {
    const names =
      typeof line === "string"
        ? line.split(SPECIAL).filter((name) => name.includes("/"))
        : (await Promise.all(wordsOf(line).map((word) => namesOf(word, base)))).flat();
    for (const name of names) {
      if (paths.size < MAX_PATHS && name !== "") for (const path of readingsOf(name, base)) paths.add(path);
    }
  }
  for (const path of paths) if ((await placeOf(path, reach)) === "private") return true;
  return false;
}

/** What stands between names in a text. A bare one, in the message of a commit, says too little to be taken for a file's. */
const SPECIAL = /[\s'"`$(){}<>|&;=:,@]+/;

function wordsOf(commands: readonly SimpleCommand[]): readonly ShellWord[] {
  return commands.flatMap(({ words, inputs, outputs }) => [...words, ...inputs, ...outputs]);
}

async function namesOf({ text, glob }: ShellWord, base: string): Promise<readonly string[]> {
  const filled = glob === undefined ? [] : await expandGlob(glob, base);
  return [...(filled ?? []), ...partsOf(text)];
}

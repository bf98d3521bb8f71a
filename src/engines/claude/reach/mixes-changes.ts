import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

import { expandGlob } from "./expand-glob.ts";
import type { ShellWord, SimpleCommand } from "./parse-shell-line.ts";
import { mayBePaths, type Reading } from "./reading.ts";
import { readingsOf } from "./real-path.ts";

/** They put files at other places, with links among them as they are. */
const MOVERS: ReadonlySet<string> = new Set(["mv", "cp"]);
/** Whatever they are given, links may come of it. */
const MAKERS =
  /^(?:ln|link|tar|bsdtar|unzip|7z|7za|cpio|pax|ar|rsync|install|patch|git-.*|git (?:am|apply|checkout|cherry-pick|clone|merge|mv|pull|read-tree|rebase|reset|restore|revert|stash|submodule|switch|worktree))$/;
/** Programs that Claude Code lets change files unasked in some mode. */
const CHANGERS: ReadonlySet<string> = new Set(["mv", "cp", "mkdir", "touch", "rm", "rmdir", "sed", "tee"]);
/** Names by which git knows its own folder, and what it is told there. */
const GIT_NAME =
  /(?:^|[/=])(?:\.git|HEAD|objects|refs|config|config\.worktree|commondir|gitdir|alternates)(?:\/|$)/i;
/** More entries are not looked at. */
const MAX_ENTRIES = 20_000;

/**
 * Which of a line's readings may find something else than what is there before the line runs, because another command of it moves
 * or makes links, or changes what git takes for a repository.
 */
export async function mixesChanges(
  commands: readonly SimpleCommand[],
  readings: readonly Reading[],
  bases: readonly string[],
): Promise<(reading: Reading) => boolean> {
  if (commands.length < 2) return () => false;
  const linking: SimpleCommand[] = [];
  const regitting: SimpleCommand[] = [];
  for (const command of commands) {
    const isMoving = command.words.some(({ text }) => MOVERS.has(text));
    const movesLinks = isMoving && (await holdLinks(command.words, bases));
    const movesFolders = isMoving && (await holdLinks(command.words, bases, true));
    if (makesLinks(command) || movesLinks) linking.push(command);
    if (movesFolders || changesGit(command)) regitting.push(command);
  }
  return (reading) => {
    const { name, source } = reading;
    if (name === "git") return [...regitting, ...linking].some((command) => command !== source);
    const files = mayBePaths(reading).filter(({ text, glob }) => glob !== undefined || !text.startsWith("-"));
    return files.length > 0 && linking.some((command) => command !== source);
  };
}

function makesLinks({ words }: SimpleCommand): boolean {
  return words.some(
    ({ text }, index) => MAKERS.test(text) || MAKERS.test(`${text} ${words[index + 1]?.text}`),
  );
}

/** Whether the command writes or moves something that has a name of git's. */
function changesGit({ words, outputs }: SimpleCommand): boolean {
  const isChanger = words.some(({ text }) => CHANGERS.has(text));
  return [...(isChanger ? words : []), ...outputs].some(
    ({ text, glob, isUnclear }) => glob !== undefined || isUnclear || GIT_NAME.test(text),
  );
}

/**
 * Whether any of what is moved is a link, or a folder with links in it; with `orFolders`, any folder at all. The last word names
 * the place to which it is moved.
 */
export async function holdLinks(
  words: readonly ShellWord[],
  bases: readonly string[],
  orFolders = false,
): Promise<boolean> {
  const isLastMoved = words.some(({ text }) => /^(?:-[a-zA-Z]*t|--t)/.test(text));
  const moved = isLastMoved ? words : words.slice(0, -1);
  let seen = 0;
  for (const base of bases) {
    for (const { text, glob } of moved) {
      const filled = glob === undefined ? [text] : await expandGlob(glob, base);
      if (!filled) return true;
      const waiting = filled.flatMap((name) => readingsOf(name, base));
      for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
        const stats = await lstat(at).catch(() => undefined);
        if (stats?.isSymbolicLink()) return true;
        if (!stats?.isDirectory()) continue;
        if (orFolders) return true;
        const names = await readdir(at).catch(() => []);
        seen += names.length;
        if (seen > MAX_ENTRIES) return true;
        waiting.push(...names.map((name) => join(at, name)));
      }
    }
  }
  return false;
}

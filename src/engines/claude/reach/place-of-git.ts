import { dirname } from "node:path";

import { hasPersonalAddresses } from "../git/has-personal-addresses.ts";
import { isLimitedToPaths } from "./is-limited-to-paths.ts";
import type { ShellWord } from "./parse-shell-line.ts";
import { placeOfRepository } from "./place-of-repository.ts";
import { type Place, placeOf, type Reach, worstOf } from "./reach.ts";
import { isThere, readingsOf } from "./real-path.ts";

/** They read the person's settings or ask another machine, wherever they run. */
const OUTSIDE = /^(?:credential.*|var|ls-remote|send-email|imap-send|request-pull)$/;
/** Settings for one command. They may send git anywhere. */
const SETTING = /^(?:GIT_\w+=|-c|--config-env|--exec-path|--git-dir|--work-tree|--namespace|--super-prefix)/;

/**
 * Where git reads beyond the paths that it is given: settings of the person's, its work tree, its data, and in a part of a
 * repository the rest of it.
 * @param args what stands before `git` (variables) and behind it
 * @param bases the folders in which it may run
 */
export async function placeOfGit(
  args: readonly ShellWord[],
  bases: readonly string[],
  reach: Reach,
): Promise<Place> {
  const { settings, subcommand, rest } = split(args);
  const texts = rest.map(({ text }) => text);
  const places = await Promise.all(
    bases.map(async (base): Promise<Place> => {
      const folder = await existingFolder(base);
      const place = await placeOfRepository(folder, reach);
      if (place !== "around") return place;
      const isInside = async (path: string) =>
        worstOf(await Promise.all(readingsOf(path, base).map((one) => placeOf(one, reach)))) === "inside";
      return (await isLimitedToPaths(subcommand, rest, isInside)) ? "inside" : "outside";
    }),
  );
  const readsSettings = subcommand === "config" && !isOfRepository(texts);
  if (settings.some((text) => SETTING.test(text)) || OUTSIDE.test(subcommand) || readsSettings) {
    return worstOf(["outside", ...places]);
  }
  const [base] = bases;
  const showsAddresses = subcommand === "remote" && texts.length > 0 && base !== undefined;
  const isPersonal =
    showsAddresses && (await hasPersonalAddresses(await existingFolder(base), reach.environment));
  return worstOf([isPersonal ? "outside" : "inside", ...places]);
}

/** What stands before the subcommand, and what behind it. */
function split(args: readonly ShellWord[]): {
  readonly settings: readonly string[];
  readonly subcommand: string;
  readonly rest: readonly ShellWord[];
} {
  const texts = args.map(({ text }) => text);
  const start = texts.findIndex(
    (text, index) => !text.startsWith("-") && !/^\w+\+?=/.test(text) && texts[index - 1] !== "-C",
  );
  const end = start === -1 ? texts.length : start;
  return { settings: texts.slice(0, end), subcommand: texts[end] ?? "", rest: args.slice(end + 1) };
}

/** Whether `git config` reads the repository's own file, or one that is named: that one counts like any other path. */
function isOfRepository(texts: readonly string[]): boolean {
  if (texts.some((text) => /^--(?:inc|gl|sy|bl)/.test(text))) return false;
  return texts.some((text) => /^(?:--local|--worktree|--file(?:=.*)?|-f.*)$/.test(text));
}

/** What does not exist yet is made in the folder above. */
async function existingFolder(path: string): Promise<string> {
  return (await isThere(path)) ? path : existingFolder(dirname(path));
}

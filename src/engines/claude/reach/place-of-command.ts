import { stat } from "node:fs/promises";
import { isInside } from "../../../lib/is-inside.ts";
import { expandGlob } from "./expand-glob.ts";
import { namesPrivate } from "./names-private.ts";
import { partsOf } from "./parts-of-word.ts";
import { parseShellLine, type ShellWord } from "./parse-shell-line.ts";
import { holdLinks, mixesChanges } from "./mixes-changes.ts";
import { placeOfGit } from "./place-of-git.ts";
import { isOfProcess, type Place, placeOf, type Reach, worstOf } from "./reach.ts";
import type { GuardedCommand } from "./guarded-commands.ts";
import { mayBePaths, type Reading, toReading } from "./reading.ts";
import { followPath, isThere, readingsOf } from "./real-path.ts";

/** A line that exceeds these limits is too long to examine before each command. */
const MAX_BASES = 20;
const MAX_WORDS = 2_000;
const MAX_PARTS = 200;

/**
 * Where a shell line reads, as far as it consists of programs that Claude Code may run unasked because they only read. The line
 * is `inside` only if each of their arguments surely is. Of other programs in the line it counts only whether they are given the
 * name of something private. Commands that the operator allows, according to `isAllowed`, may read outside but nothing private.
 */
export async function placeOfCommand(
  line: string,
  cwd: string,
  reach: Reach,
  isAllowed: (command: string) => boolean,
): Promise<Place> {
  const commands = parseShellLine(line);
  const readings = (commands ?? []).flatMap((command) => {
    const found = toReading(command);
    return found ? [{ ...found, isAllowed: isAllowed(command.source) }] : [];
  });
  const bases = await basesOf(readings, cwd);
  if (await namesPrivate(commands ?? line, bases, reach)) return "private";
  if (readings.length === 0) return "inside";
  const isMixed = await mixesChanges(commands ?? [], readings, bases);
  const here = readings.every((reading) => reading.isAllowed) ? "inside" : await placeOf(cwd, reach);
  const places = await Promise.all(
    readings.map(async (reading): Promise<Place> => {
      const place = worstOf([
        isMixed(reading) ? "outside" : "inside",
        await placeOfReading(reading, bases, reach),
        ...(reading.name === "git" ? [await placeOfGit(reading.args, bases, reach)] : []),
      ]);
      return reading.isAllowed && place === "outside" ? "inside" : place;
    }),
  );
  return worstOf([here, ...places]);
}

/** The folders from which a relative path may start: the working folder, and those that the line changes to. */
async function basesOf(readings: readonly Reading[], cwd: string): Promise<readonly string[]> {
  const bases = new Set([cwd]);
  const movers = readings.filter(({ name }) => name === "cd" || name === "git");
  for (const { name, args } of movers) {
    for (const { text } of args) {
      const known = [...bases];
      for (const base of known) {
        for (const reading of readingsOf(text, base)) {
          const path = await followPath(reading);
          // Another command of the line may make the folder first.
          const mayBeFolder = (await isFolder(path)) || (name === "cd" && !(await isThere(path)));
          if (bases.size <= MAX_BASES && mayBeFolder) bases.add(path);
        }
      }
    }
  }
  return [...bases];
}

async function placeOfReading(
  { name, command, args, inputs }: Reading,
  bases: readonly string[],
  reach: Reach,
): Promise<Place> {
  const paths = mayBePaths({ command, args, inputs });
  if (paths.length > MAX_WORDS || bases.length > MAX_BASES) return "outside";
  if (name === "cd" && (args.length !== 1 || args[0]?.text === "-")) return "outside";
  if (paths.some(({ isUnclear }) => isUnclear)) return "outside";
  if (command.isRefused || args.some(({ text }) => command.refused?.test(text))) return "outside";
  if (searches(command, args) && holdsPrivate(reach)) return "outside";
  // What is moved now may be read by a command that began before, when nothing was there.
  if (name === "mv" && (await holdLinks(args, bases))) return "outside";
  const places: Place[] = [];
  for (const word of paths) places.push(await placeOfWord(word, bases, reach, command));
  return worstOf(places);
}

function searches({ searches: how }: GuardedCommand, args: readonly ShellWord[]): boolean {
  return how !== undefined && (how === "always" || args.some(({ text }) => how.test(text)));
}

function holdsPrivate({ folders, privatePaths }: Reach): boolean {
  return privatePaths.some((path) => folders.some((folder) => isInside(path, folder)));
}

async function placeOfWord(
  { text, glob }: ShellWord,
  bases: readonly string[],
  reach: Reach,
  { refusesFolders, refused }: GuardedCommand,
): Promise<Place> {
  const parts = partsOf(text);
  if (parts.length > MAX_PARTS || parts.some((part) => part === "~" || part.startsWith("~/")))
    return "outside";
  const places = await Promise.all(
    bases.map(async (base) => {
      const filled = glob === undefined ? [] : await expandGlob(glob, base);
      // A file name that begins with a hyphen would be taken for an option.
      if (!filled || filled.some((path) => refused?.test(path) || path.startsWith("-"))) return "outside";
      const paths = new Set([...filled, ...parts].flatMap((part) => readingsOf(part, base)));
      return worstOf(await Promise.all([...paths].map((path) => placeOfPath(path, reach, refusesFolders))));
    }),
  );
  return worstOf(places);
}

async function placeOfPath(path: string, reach: Reach, refusesFolders = false): Promise<Place> {
  // What does not exist cannot be read: it is a pattern, a name, a number.
  if (!isOfProcess(path) && !(await isThere(path))) {
    // Another command of the line may make a folder on the way.
    const led = path.includes("/../") ? await followPath(path) : path;
    return led !== path && (await isThere(led)) ? placeOf(led, reach) : "inside";
  }
  return refusesFolders && (await isFolder(path)) ? "outside" : placeOf(path, reach);
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

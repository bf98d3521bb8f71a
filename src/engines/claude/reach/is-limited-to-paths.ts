import type { ShellWord } from "./parse-shell-line.ts";

/** They show only what lies under the paths behind `--`. */
const LIMITABLE: ReadonlySet<string> = new Set(["diff", "log", "status", "shortlog", "rev-list"]);
/** They show only what lies in their own folder, unless they are given other paths. */
const LOCAL: ReadonlySet<string> = new Set(["ls-files", "grep", "blame"]);
/** They tell no more than names of branches. */
const NAMES = /^(?:-a|--all|-r|--remotes|-l|--list|--show-current)$/;

/** Options that reach beyond the paths, or beyond this repository. */
const WIDE = /^--(?:full-d|fol|no-i|recu)/;
/** Options that are known to take no value: behind another one `--` may be its value, and no mark. */
const PLAIN =
  /^(?:--(?:cached|staged|patch|stat|numstat|shortstat|summary|name-only|name-status|oneline|graph|all|branches|short|branch|porcelain|no-color|color|reverse|first-parent|no-merges|merges|word-diff|ignore-all-space|no-renames|count|numbered)|--[\w-]+=.*|-[pusbwRraz]+|-n?\d+)$/;

/**
 * Whether a git command in a part of a repository tells only of that part.
 * @param isInside whether a path lies in the part, relative to the folder in which git runs; it need not exist
 */
export async function isLimitedToPaths(
  subcommand: string,
  words: readonly ShellWord[],
  isInside: (path: string) => Promise<boolean>,
): Promise<boolean> {
  const args = words.map(({ text }) => text);
  const mark = args.includes("--") ? args.indexOf("--") : args.length;
  const [before, paths] = [args.slice(0, mark), args.slice(mark + 1)];
  // The shell may fill in the name of a file that means something else to git.
  if (words.some(({ glob }, index) => glob !== undefined && (index < mark || /^[*?[]/.test(glob))))
    return false;
  if (before.some((arg) => WIDE.test(arg) || isElsewhere(arg))) return false;
  for (const path of paths) {
    // `:` begins patterns from the repository's top, and those that leave paths out.
    if (path === "" || path.startsWith(":") || !(await isInside(path))) return false;
  }
  if (subcommand === "rev-parse") return true;
  if (subcommand === "branch") return args.every((arg) => NAMES.test(arg));
  if (LOCAL.has(subcommand)) return true;
  if (!LIMITABLE.has(subcommand) || paths.length === 0) return false;
  // It shows all that is staged.
  if (subcommand === "status" && before.some((arg) => /^-[a-z]*v|^--v/.test(arg))) return false;
  const last = before.at(-1);
  return last === undefined || !last.startsWith("-") || PLAIN.test(last);
}

/** An absolute path, one that goes upwards, or the name of something by its path in the repository: `HEAD:other`. */
function isElsewhere(arg: string): boolean {
  if (/^--[\w-]+=/.test(arg)) return /(?:^|\/)\.\.(?:\/|$)/.test(arg);
  return arg.includes(":") || arg.startsWith("/") || /(?:^|\/)\.\.(?:\/|$)/.test(arg);
}

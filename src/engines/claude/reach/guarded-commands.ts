/** How a program that Claude Code may run unasked could reach more than the files that it is given. */
export interface GuardedCommand {
  /** Options that make it follow links inside folders, or read names of files from a file or from its input. */
  readonly refused?: RegExp;
  /** Its first argument is not a path but a pattern to search for, unless an option like this is present. */
  readonly pattern?: { readonly unless: RegExp };
  /** It prints its arguments: only those count that the shell fills in with names of files. */
  readonly prints?: true;
  /** What it reads cannot be told, whatever it is given. */
  readonly isRefused?: true;
  /** It reads all files that it finds in a folder: always, or with an argument like this. */
  readonly searches?: "always" | RegExp;
  /** It would compare two folders by everything in them, including links. */
  readonly refusesFolders?: true;
}

// Claude Code puts ugrep and bfs in the places of `grep` and `find`: both count with their options and the usual ones.
const GREP: GuardedCommand = {
  refused: /^-[a-zA-Z]*[RS]|^--deref|^(?:-[a-zA-Z]*|--[a-z]*=)?dereference-recurse$/,
  pattern: { unless: /^-[a-zA-Z]*[ef]|^--(?:r|f)/ },
  searches: /^-[a-zA-Z]*r|^--rec|^recurse$/,
};
const SUMS: GuardedCommand = { refused: /^-[a-zA-Z]*c|^--c/ };
const FIND_FILES: GuardedCommand = { refused: /^-[a-zA-Z]*[LxX]|^--follow|^--exec/ };

const PLAIN = [
  "cat head tail stat hexdump xxd od nl df basename dirname realpath cut paste tr",
  "column tac rev fold fmt expand unexpand comm cmp numfmt readlink uniq pr tsort expr cal",
  "test [ [[ base64 date sed man help info hostname tput less more join zcat cksum shuf",
  "sum mkdir touch rm rmdir mv awk yq cd pyright",
].flatMap((line) => line.split(" "));

/**
 * They tell of other processes and users of the machine, of what the person has set up in the shell, or of what another service
 * keeps for the person.
 */
const TELLING_OF_OTHERS = [
  "ps pgrep pidof pstree pmap pwdx top htop lsof fuser ss netstat w who users last lastb lastlog finger",
  "loginctl journalctl dmesg systemctl crontab atq getent ipcs lsns nvidia-smi",
  "history alias type",
  "docker podman kubectl gh",
].flatMap((line) => line.split(" "));

/**
 * Programs that Claude Code runs unasked, because it counts them as reading or, in the mode `acceptEdits`, as work on the
 * folder's files; and some that it might run unasked. To stand here allows nothing: it says how a call of theirs is looked at
 * first. Of all other programs Claude Code asks by itself.
 */
export const GUARDED_COMMANDS: ReadonlyMap<string, GuardedCommand> = new Map<string, GuardedCommand>([
  ...PLAIN.map((name): [string, GuardedCommand] => [name, {}]),
  ["echo", { prints: true }],
  ["printf", { prints: true }],
  ["for", { prints: true }],
  ["select", { prints: true }],
  ["grep", GREP],
  ["egrep", GREP],
  ["fgrep", GREP],
  ["zgrep", GREP],
  ["rg", { ...GREP, searches: "always", refused: /^-[a-zA-Z]*[Lz]|^--follow|^--search-zip|^--pre/ }],
  ["find", { refused: /^-[EHPXdfsx]*L|^-follow$|^-files0-from/ }],
  ["fd", FIND_FILES],
  ["fdfind", FIND_FILES],
  ["tree", { refused: /^-[a-zA-Z]*l|^--fromfile/ }],
  ["ls", { refused: /^-[a-zA-Z]*[LH]|^--deref/ }],
  ["du", { refused: /^-[a-zA-Z]*[LDH]|^--deref|^--f/ }],
  ["wc", { refused: /^--f/ }],
  ["strings", { refused: /^@/ }],
  ["sort", { refused: /^--fil/ }],
  ["file", { refused: /^-[a-zA-Z]*f|^--f/ }],
  ["diff", { refused: /^-[a-zA-Z]*r|^--rec/, refusesFolders: true }],
  ["cp", { refused: /^-[a-zA-Z]*[LH]|^--deref/ }],
  ["md5sum", SUMS],
  ["sha1sum", SUMS],
  ["sha256sum", SUMS],
  ["sha512sum", SUMS],
  ...TELLING_OF_OTHERS.map((name): [string, GuardedCommand] => [name, { isRefused: true }]),
  // Its programs may read the environment, and other programs from files.
  ["jq", { refused: /^-[a-zA-Z]*L|^--lib|(?<![.\w"])(?:env|import|include|modulemeta)\b|\$ENV\b|\$__loc/ }],
  // What it passes to the other program comes from its input.
  ["xargs", { isRefused: true }],
  ["git", { searches: /^grep$|^--no-index$/ }],
]);

/** Programs that run another program, named after their own options. */
export const WRAPPERS: ReadonlySet<string> = new Set(
  "timeout time nice nohup stdbuf command builtin env exec ionice sudo".split(" "),
);

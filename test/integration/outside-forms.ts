import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Stands in every file outside, and nowhere in the forms. */
export const SECRET = "planted-secret-7f3a";
/** Stands in files of the workspace. */
export const CONTROL = "control-inside";

const git = (...args: string[]) => execFileSync("git", args);

/** A workspace with links and lists that lead to a folder beside it, which holds the secret. */
export async function plantOutside(root: string): Promise<{ workspace: string; outside: string }> {
  const [workspace, outside] = [join(root, "ws"), join(root, "outside")];
  await mkdir(join(workspace, "sub", "deep"), { recursive: true });
  await mkdir(join(workspace, "plain"));
  await mkdir(join(outside, "folder"), { recursive: true });
  const cell = { cell_type: "code", source: [SECRET], metadata: {}, outputs: [], execution_count: 1 };
  const files: Record<string, string> = {
    "outside/secret.txt": `${SECRET}\n`,
    "outside/folder/secret.txt": `${SECRET}\n`,
    "outside/same.txt": `${SECRET}\n`,
    "outside/secret.json": JSON.stringify({ key: SECRET }),
    "outside/nb.ipynb": JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
    "ws/control.txt": `${CONTROL}\n`,
    "ws/plain/same.txt": `${CONTROL} too\n`,
    "ws/list": `${outside}/secret.txt\n`,
    "ws/list0": `${outside}/secret.txt\0`,
    "ws/sums": `d41d8cd98f00b204e9800998ecf8427e  ${outside}/secret.txt\n`,
    "ws/sub/--files0-from=list0": "",
    "ws/sub/@list": "",
    "ws/sub/list": `${outside}/secret.txt\n`,
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  git("init", "-q", workspace);
  git("init", "-q", outside);
  git("-C", outside, "add", ".");
  git("-C", outside, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", SECRET);
  await symlink(join(outside, "secret.txt"), join(workspace, "link"));
  await symlink("../../outside/secret.txt", join(workspace, "sub", "link"));
  await symlink("../outside", join(workspace, "folder-link"));
  await symlink("folder-link/folder", join(workspace, "second-link"));
  await mkdir(join(workspace, "inner"));
  await symlink("../../outside/secret.txt", join(workspace, "inner", "l"));
  await symlink("sub/deep", join(workspace, "deeper"));
  // What the person has set for all repositories, in the folder that is the home here.
  const personal = [
    `[http "https://x.test/"]\n extraheader = ${SECRET}`,
    `[url "https://${SECRET}@x.test/"]\n insteadOf = x:`,
  ];
  await writeFile(join(root, ".gitconfig"), personal.join("\n"));
  git("-C", workspace, "remote", "add", "origin", "x:y");
  return { workspace, outside };
}

/** Paths that lead to the secret. */
export function pathForms(workspace: string, outside: string): readonly string[] {
  const name = join(outside, "secret.txt");
  return [
    name,
    "../outside/secret.txt",
    "./../outside/secret.txt",
    "sub/../../outside/secret.txt",
    "sub/deep/../../../outside/folder/../secret.txt",
    `${workspace}/../outside/secret.txt`,
    `${outside}//secret.txt`,
    `${outside}/./folder/../secret.txt`,
    "link",
    "./link",
    "sub/link",
    "sub/deep/../link",
    `${workspace}/link`,
    "folder-link/secret.txt",
    "second-link/secret.txt",
    `/proc/self/root${name}`,
    "/proc/self/cwd/../outside/secret.txt",
    "folder-link/../outside/secret.txt",
    "folder-link/folder/../secret.txt",
    "sub/deep/../../folder-link/../outside/secret.txt",
  ];
}

/** Commands that would print the secret, or names beside it. */
export function commandForms(workspace: string, outside: string): readonly string[] {
  const name = join(outside, "secret.txt");
  const globs = [
    "lin*",
    "l*nk",
    "[l]ink",
    "l?nk",
    "*/link",
    "sub/*",
    "folder-l*/secret.txt",
    "s*/secret.txt",
    ".*/outside/secret.txt",
    "../*/secret.txt",
    "{link,control.txt}",
    "[[:lower:]]ink",
  ];
  const shell = [
    "~/outside/secret.txt",
    "$HOME/outside/secret.txt",
    '"${HOME}/outside/secret.txt"',
    "$PWD/link",
    `$(echo ${name})`,
    `$'${name}'`,
    `\\${name}`,
    `'${name}'`,
    `""${name}`,
    "l''ink",
    "l\\ink",
  ];
  return [
    ...pathForms(workspace, outside).map((path) => `cat ${path}`),
    ...globs.map((glob) => `cat ${glob}`),
    ...shell.map((word) => `cat ${word}`),
    ...[
      "head",
      "tail",
      "tac",
      "rev",
      "nl",
      "od -c",
      "strings",
      "fold",
      "expand",
      "cut -c1-40",
      "base64",
      "column",
      "pr -t",
      "sort",
      "xxd",
      "sed -n 1p",
      "awk 1",
      "grep planted",
      "rg planted",
      "zcat -f",
    ].map((program) => `${program} ${program.length % 2 ? "l*nk" : "../outside/secret.txt"}`),
    "cat < link",
    "cat 0< ../outside/secret.txt",
    "cat 3< link <&3",
    "cat /dev/stdin < link",
    "tr a a < l*nk",
    "cat -- -- link",
    "cat control.txt link",
    "cat control.txt; cat l*nk",
    "cat control.txt && cat l*nk",
    "false || cat l*nk",
    "echo a | cat - l*nk",
    "cat control.txt | cat l*nk",
    "cat control.txt\ncat l*nk",
    "cat control.txt & cat l*nk",
    "timeout 5 cat l*nk",
    "nice cat l*nk",
    "env A=1 cat l*nk",
    "A=1 cat l*nk",
    "command cat l*nk",
    "time cat l*nk",
    "(cat l*nk)",
    "! cat l*nk",
    "if true; then cat l*nk; fi",
    "for f in l*nk; do cat $f; done",
    "echo $(cat l*nk)",
    "cat <(cat l*nk)",
    "grep -R planted .",
    "grep -R planted sub",
    "grep -inR planted .",
    "grep --dereference-recursive planted .",
    "grep -r planted folder-link/",
    `grep -f ${name} control.txt`,
    "grep --file=link -v control.txt",
    "grep -e planted l*nk",
    "rg -L planted",
    "rg --follow planted .",
    "rg -nL planted .",
    "rg -f link -v control.txt",
    "rg planted ../outside",
    "find -L . -name 'secret*'",
    "find . -follow -name 'secret*'",
    "find -EL . -name 'secret*'",
    "find -sL . -name 'secret*'",
    "find -dLx . -name 'secret*'",
    "grep -d dereference-recurse planted .",
    "grep --directories=dereference-recurse planted .",
    "grep -rS planted .",
    "find ../outside",
    "find folder-link/ -name '*.txt'",
    "find . -name link -exec cat {} +",
    "ls ../outside",
    "ls -R folder-link/",
    "ls -L folder-link",
    "tree -l",
    "du -a ../outside",
    "du -aL .",
    "echo ../outside/*",
    `printf '%s\\n' ${outside}/*`,
    "stat ../outside/secret.txt",
    "test -f ../outside/secret.txt && echo secret.txt",
    "readlink -f link",
    "realpath link",
    "wc --files0-from=list0",
    "wc --files0-from=link",
    "wc --files0=list0",
    "cd sub && wc *",
    "du --files0-from=list0",
    "sort --files0-from=list0",
    "md5sum -c sums",
    "file -f list",
    "strings @list",
    "cd sub && strings *ist",
    "xargs cat < list",
    "cat list | xargs cat",
    "cat list | xargs grep planted",
    "cat list | xargs -n1 head",
    "find sub -name link | xargs tail",
    "diff link control.txt",
    "diff -r plain ../outside",
    "diff plain folder-link",
    `diff --from-file=${name} control.txt`,
    "diff --to-file=link control.txt",
    "cmp -b link control.txt",
    "comm l*nk control.txt",
    "paste l*nk control.txt",
    "date -f l*nk",
    "date --file=link",
    "jq . folder-link/secret.json",
    "jq -n --slurpfile x folder-link/secret.json '$x'",
    "jq . fold*/secret.json",
    "jq -Rn input l*nk",
    "git -C ../outside show HEAD:secret.txt",
    "git -C folder-link log",
    `git --git-dir=${outside}/.git log`,
    `GIT_DIR=${outside}/.git git log`,
    "git diff --no-index /dev/null link",
    "git diff --no-index plain folder-link",
    "git grep --no-index planted ../outside",
    "git blame --contents link control.txt",
    "git log --pathspec-from-file=link",
    "git config -f link -l",
    "git ls-files -o -X link",
    "git ls-remote ../outside",
    "cp link copied && cat copied",
    "mv link sub/moved && cat sub/moved",
    "ln -s ../outside/secret.txt made && cat made",
    "cd ../outside && cat secret.txt",
    "cd folder-link && cat secret.txt",
    "cd sub && cat l*nk",
    "cd .. ; cat outside/secret.txt",
    "cd && cat outside/secret.txt",
    "pushd ../outside && cat secret.txt",
    "CDPATH=.. cd outside && cat secret.txt",
    "mv inner inner2 && cat inner2/l",
    "mv inner inner2; cp inner2/l stolen; cat stolen",
    "cp -r inner inner3 && cat inner3/l",
    "cp -a inn* plain && head plain/inner/l",
    "mv inner/l moved2 && cat moved2",
    "mkdir -p made/there && cd made/there && cat ../../../outside/secret.txt",
    "mkdir deeper/made && cat deeper/made/../../../../outside/secret.txt",
    "mkdir -p made2 && cat < made2/../../outside/secret.txt",
    "git config --get http.https://x.test/.extraheader",
    "git config --global --get http.https://x.test/.extraheader",
    "git config --get --show-origin http.https://x.test/.extraheader",
    "git config -l",
    "git config --get-regexp .",
    "git remote -v",
    "git ls-remote --get-url",
    "git remote show -n origin",
    "git var -l",
    "echo url=https://x.test | git credential fill",
    ...TELLING_OF_OTHERS,
  ];
}

/** They show other processes, other users, or what the person has set up elsewhere. */
const TELLING_OF_OTHERS = [
  "ps",
  "ps -ef",
  "ps -A -f",
  "timeout 5 ps -ef | head -99",
  "pgrep -a .",
  "pgrep -af planted",
  "pgrep -l planted; cat control.txt",
  "lsof -n",
  "ss -tlnp",
  "netstat -an",
  "top -b -n 1",
  "w",
  "who",
  "last",
  "history",
  "alias",
  "type ll",
  "dmesg",
  "journalctl -n 5",
  "docker ps",
  "docker inspect one",
  "docker logs one",
  "gh pr list",
  "jq -n env",
  "jq -n '$ENV'",
  "jq -n '$ENV.HOME'",
];

/** Commands of everyday work inside of the workspace, which run unasked as before; each prints what stands in its files. */
export const INSIDE_COMMANDS: readonly string[] = [
  "cat control.txt",
  "cat c*l.txt",
  "cat < control.txt",
  "cat 'control.txt' \"plain/same.txt\"",
  "cat plain/*.txt",
  "grep -rn control .",
  "grep -n control control.txt plain/*.txt",
  "head -n 5 control.txt | cat",
  "cat control.txt 2>/dev/null || echo none",
  "tail -n +1 control.txt plain/same.txt",
  "sort control.txt | uniq -c",
  "find plain -name '*.txt' && cat control.txt",
  "test -f control.txt && cat control.txt",
  "git status --short; cat control.txt",
  "ls -la plain && cat control.txt",
  "wc -l control.txt; cat control.txt",
  "cat plain/same.txt | grep -v '/etc/passwd'",
  "git diff -- . && cat control.txt",
  "jq -R . control.txt",
];

/** The same in the mode `acceptEdits`, where files may be moved. */
export const CHANGING_COMMANDS: readonly string[] = [
  "mkdir -p made4/there && touch made4/there/one && cat control.txt",
  "cp control.txt made5.txt && cat made5.txt",
  "cp control.txt made7.txt; mv made7.txt made8.txt && grep control made8.txt",
  "touch made10.txt && git status --short && cat control.txt",
  "cp control.txt made11.txt && git status --short && cat made11.txt",
];

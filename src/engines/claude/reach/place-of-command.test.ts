import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import {
  CHANGING_COMMANDS,
  commandForms,
  INSIDE_COMMANDS,
  plantOutside,
} from "../../../../test/integration/outside-forms.ts";
import { placeOfCommand } from "./place-of-command.ts";
import { settleReach } from "./reach.ts";
import { allowsCommand, allowsPath } from "./match-rules.ts";

let root: string;
let workspace: string;
let outside: string;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-reach-")));
  ({ workspace, outside } = await plantOutside(root));
  mkdirSync(join(outside, "private"));
  writeFileSync(join(outside, "private/key"), "key");
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function place(command: string, rules: readonly string[] = []): Promise<string> {
  const reach = await settleReach({
    folders: [workspace],
    privatePaths: [join(outside, "private")],
    environment: { ...process.env, HOME: root },
    allows: (path) => allowsPath(rules, path, root),
  });
  return placeOfCommand(command, workspace, reach, (one) => allowsCommand(rules, one));
}

/** Claude Code asks about these by itself, since it cannot tell what they run. */
const SUBSTITUTION = /\$\(|`|<\(|\$'/;
/** Programs that do more than read. */
const OTHER = /^(?:ln|pushd)\b/;

test("no form of a command that reads outside passes", async () => {
  const forms = commandForms(workspace, outside).filter(
    (form) => !SUBSTITUTION.test(form) && !OTHER.test(form),
  );
  expect(forms.length).toBeGreaterThan(140);
  const passed: string[] = [];
  for (const form of forms) if ((await place(form)) === "inside") passed.push(form);
  expect(passed).toEqual([]);
});

test.each([
  ...INSIDE_COMMANDS,
  ...CHANGING_COMMANDS,
  "git log --oneline -5 && git diff HEAD~1 -- control.txt",
  "git commit -m 'Mend /etc/passwd: see @notes, a=b'",
  "grep -rn '/etc/passwd' . | head -3",
  "grep -rn /tmp control.txt",
  "sed -n '/^a/,$p' control.txt",
  "jq '{a: .a, b: .b}' control.txt > /dev/null",
  "find . -name '*.txt' -not -path './node_modules/*' 2>/dev/null",
  "mkdir -p made/here && touch made/here/too",
  "npm test -- --root=/elsewhere",
  "echo done: see /etc/passwd > /dev/null",
  "if test -f control.txt; then cat control.txt; fi",
  "cd sub && ls deep",
  "git -C sub status",
  "git diff -- .",
  "git config --local --get remote.origin.url",
  "git branch -a && git remote",
  "npm test 2>&1 | tail -n 50",
  "git checkout -b topic && npm test | tail -n50",
  "mv control.txt new.txt && npm test",
  "jq .env control.txt",
  "mv plain inner2",
  "cat control.txt && cd . && git log --all --oneline",
  "cp -r plain made6 && cat made6/same.txt",
  "mkdir made9 && cd made9 && cp ../control.txt . && cat control.txt",
  "rg -n --glob '*.txt' control",
])("inside: %s", async (command) => {
  expect(await place(command)).toBe("inside");
});

test.each([
  ["(cat l*nk)", "outside"],
  ["f() { cat l*nk; }; f", "outside"],
  ["case a in a) cat l*nk;; esac", "outside"],
  ["while true; do cat l*nk; break; done", "outside"],
  ["for f in l*nk; do cat $f; done", "outside"],
  ["npm test && cat l*nk", "outside"],
  ["git checkout topic -- f && cat f", "outside"],
  ["tar -xf a.tar && cat made", "outside"],
  ["ln -s x y; cat < y", "outside"],
  ["unzip a.zip && (cd made && head l)", "outside"],
  ["mv inner inner2", "outside"],
  ["cp -r plain .git && git diff", "outside"],
  ["mkdir objects refs && git diff", "outside"],
  ["echo 1 > plain/config && git -C plain diff", "outside"],
  ["mv plain plain2 && git status", "outside"],
  ["GIT_DIR=x git log", "outside"],
  ["git -c core.worktree=x diff", "outside"],
  ["cat ../outside/private/key", "private"],
  ["cat link folder-link/private/key", "private"],
])("%s is %s", async (command, expected) => {
  expect(await place(command)).toBe(expected);
});

test.each([
  "curl -s --unix-socket ../outside/private/key http://localhost/",
  "curl -s --unix-socket=../outside/private/key http://localhost/",
  "node -e 'read(process.argv[1])' ../outside/private/key",
  "P=../outside/private/key python3 look.py",
  "npm test && python3 look.py folder-link/private/*",
  "python3 look.py ../outside/pri*/k?y",
  "cd ../outside && python3 look.py private/key",
  'python3 look.py "$(readlink ../outside/private/key)"',
  "python3 - <<'END'\nopen('../outside/private/key')\nEND",
  "npm run build > ../outside/private/new",
  "npm run build &>>../outside/private/key",
  "mv ../outside/private here",
  "timeout 5 curl --unix-socket ../outside/private/key http://localhost/",
  "curl --data @../outside/private/key http://localhost/",
])("whatever the program, something private is named: %s", async (command) => {
  expect(await place(command)).toBe("private");
  expect(await place(command, ["Bash"])).toBe("private");
});

test("a program that is given nothing private is not looked at", async () => {
  for (const command of [
    "curl ../outside/secret.txt",
    "npm test -- --key=private/key",
    "make > /dev/null 2>&1",
  ]) {
    expect(await place(command)).toBe("inside");
  }
});

test("what the operator allows stays allowed", async () => {
  expect(await place("cat ../outside/secret.txt", ["Bash(cat *)"])).toBe("inside");
  expect(await place("cat ../outside/secret.txt", ["Bash(cat:*)"])).toBe("inside");
  expect(await place("cat ../outside/secret.txt", ["Bash"])).toBe("inside");
  expect(await place("cat ../outside/secret.txt", [`Read(/${outside}/**)`])).toBe("inside");
  expect(await place("cat ../outside/secret.txt", ["Read(~/outside/**)"])).toBe("inside");
  expect(await place("cat ../outside/secret.txt", [`Read(/${outside}/folder/**)`])).toBe("outside");
  expect(await place("cat l*nk; head l*nk", ["Bash(cat *)"])).toBe("outside");
});

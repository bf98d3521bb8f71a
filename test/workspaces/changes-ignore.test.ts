import { execFileSync } from "node:child_process";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { parseIgnoreRules } from "../../src/workspaces/files/ignore-rules.ts";
import { makeFolder } from "./changes-folder.ts";

const part = fc.constantFrom(
  "a",
  "b",
  "*",
  "?",
  "**",
  "a*",
  "*.b",
  "[ab]",
  "[!a]",
  "\\*",
  "a.b",
  "[[:alpha:]]",
);
const pattern = fc
  .tuple(
    fc.constantFrom("", "!"),
    fc.constantFrom("", "/"),
    fc.array(part, { minLength: 1, maxLength: 3 }),
    fc.constantFrom("", "/", " ", "\\ "),
  )
  .map(([negation, start, parts, end]) => negation + start + parts.join("/") + end);
const name = fc.constantFrom("a", "b", "c", "a.b", "aa", "*", "a ");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));

test("rules decide as git does", { timeout: 240_000 }, () => {
  using folder = makeFolder();
  folder.run("git init -q");
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 5 }),
      fc.array(path, { minLength: 10, maxLength: 20 }),
      (patterns, paths) => {
        folder.write(".gitignore", `# rules\n\n${patterns.join("\n")}\n`);
        const rules = parseIgnoreRules(patterns.join("\n"));
        const isIgnored = (whole: string) => {
          const parts = whole.split("/");
          // What is in an ignored folder is not looked at.
          return parts.some(
            (_name, at) =>
              rules.decide(parts.slice(0, at + 1).join("/"), at < parts.length - 1) === "ignored",
          );
        };
        const decided = paths.map((each) => `${each} ${isIgnored(each) ? "ignored" : "kept"}`);
        const ignored = askGit(folder.path, paths);
        expect(decided).toEqual(paths.map((each) => `${each} ${ignored.has(each) ? "ignored" : "kept"}`));
      },
    ),
    {
      numRuns: 60,
      examples: [
        [
          ["/**", "!a"],
          ["a/a.b", "a", "b/c"],
        ],
        [["**/**/a"], ["a", "b/a", "b/c/a"]],
        [
          ["/**/", "!a/"],
          ["a/a.b", "a/b/c", "b/c"],
        ],
      ],
    },
  );
});

function askGit(folder: string, paths: readonly string[]): ReadonlySet<string> {
  try {
    const output = execFileSync("git", ["check-ignore", "--no-index", "-z", "--stdin"], {
      cwd: folder,
      input: paths.join("\0"),
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    });
    return new Set(output.split("\0"));
  } catch {
    // None is ignored.
    return new Set();
  }
}

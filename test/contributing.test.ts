import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const PAGE = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");

/** The rows of the tables that lead to files. */
const ROWS = PAGE.slice(PAGE.indexOf("## Where to find what"), PAGE.indexOf("## Habits"))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| for a change"));

const FOLDERS = /^(?:src|test|dashboard|docs|runtime|bench|\.github)\//;
const NAME = /^[\w.*-]+\.(?:ts|tsx|md|json|yaml|yml)$/;
const AT_THE_TOP = /^(?:Dockerfile|compose\*\.yaml|package\.json|CHANGELOG\.md)$/;

/** What a row names: paths as they are, bare names in the folder that is named before them. */
function pathsIn(row: string): readonly string[] {
  let folder = "";
  return [...row.matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) => {
    if (AT_THE_TOP.test(code)) return [code];
    if (FOLDERS.test(code)) {
      folder = code.slice(0, code.lastIndexOf("/") + 1);
      return [code];
    }
    return NAME.test(code) ? [`${folder}${code}`] : [];
  });
}

function isThere(path: string): boolean {
  // A word in angle brackets stands for each of some folders.
  const pattern = path.replaceAll(/<\w+>/g, "*").replace(/\/$/, "");
  return globSync(pattern, { cwd: ROOT, exclude: ["**/node_modules/**"] }).length > 0;
}

test("every row leads somewhere, and every path and name in it is there", () => {
  expect(ROWS.length).toBeGreaterThan(40);
  expect(ROWS.filter((row) => pathsIn(row).length === 0)).toEqual([]);
  const missing = ROWS.flatMap((row) =>
    pathsIn(row)
      .filter((path) => !isThere(path))
      .map((path) => ({ path, row: row.split("|")[1]?.trim() })),
  );
  expect(missing).toEqual([]);
});

test("a row names paths from the top, and no code of it is a path that only its neighbours explain", () => {
  const half = ROWS.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code)).filter(
    (code) => /\w\/(?:[\w.*-]+\.ts|$)/.test(code) && !FOLDERS.test(code),
  );
  expect(half).toEqual([]);
});

test("the names in capitals are in the code", () => {
  const names = new Set(
    ROWS.flatMap((row) => [...row.matchAll(/`([A-Z][A-Z_]{3,})`/g)].map(([, name = ""]) => name)),
  );
  expect(names.size).toBeGreaterThan(5);
  const sources = globSync(["src/**/*.ts", "dashboard/src/**/*.ts"], { cwd: ROOT }).map((file) =>
    readFileSync(join(ROOT, file), "utf8"),
  );
  const unknown = [...names].filter(
    (name) => !sources.some((source) => new RegExp(`\\b(?:const|type) ${name}\\w*\\b`).test(source)),
  );
  expect(unknown).toEqual([]);
});

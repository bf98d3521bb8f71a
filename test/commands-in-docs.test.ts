import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";
import * as zod from "zod";

import type { CommandContext } from "../src/cli/command-context.ts";
import { createProgram } from "../src/cli/program.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGES = globSync(["*.md", "docs/*.md", "bench/README.md"], { cwd: ROOT });
const { scripts } = zod
  .object({ scripts: zod.record(zod.string(), zod.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));

// Proof for the cast: the commands are only looked at, none runs.
const program = createProgram({ terminal: {}, environment: {} } as CommandContext, () => {});
const COMMANDS = new Set(program.commands.map((command) => command.name()));
const FLAGS = new Set([
  "--help",
  "--version",
  ...program.commands
    .flatMap((command) => [command, ...command.commands])
    .flatMap(({ options }) => options.flatMap(({ long }) => long ?? [])),
]);

/** What stands as code on a page: in the text, and lines of blocks. */
function codeOf(page: string): readonly string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const blocks = [...text.matchAll(/^ *```\w*\n([^]*?)^ *```/gm)].map(([, block = ""]) => block);
  const spans = [...text.replaceAll(/^ *```\w*\n[^]*?^ *```/gm, "").matchAll(/`([^`]+)`/g)];
  return [...blocks.flatMap((block) => block.split("\n")), ...spans.map(([, span = ""]) => span)];
}

const code = PAGES.flatMap((page) => codeOf(page).map((line) => ({ page, line })));

test("every script that the docs name exists", () => {
  const named = code.flatMap(({ page, line }) =>
    [...line.matchAll(/\bnpm (?:run ([\w:]+)|(test|start)\b)/g)].map(([, script, short]) => ({
      page,
      script: script ?? short ?? "",
    })),
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
});

test("every command and flag of Turnpike's that the docs name exists", () => {
  const calls = code.flatMap(({ page, line }) => {
    const [, rest] =
      /^\s*(?:\$ )?(?:turnpike|.*\bnpm start --)(?: ([^#&|]*))?$/.exec(line.replace(/\s#.*/, "")) ?? [];
    return rest === undefined ? [] : [{ page, line, words: rest.trim().split(/\s+/) }];
  });
  expect(calls.length).toBeGreaterThan(10);
  const wrong = calls.filter(({ words }) => {
    const [first = ""] = words;
    const isCommand = first === "" || first.startsWith("-") || COMMANDS.has(first);
    return !isCommand || words.some((word) => word.startsWith("--") && !FLAGS.has(word.replace(/=.*/, "")));
  });
  expect(wrong).toEqual([]);
});

test("every flag that the pages on running it name alone exists", () => {
  const flags = code
    .filter(({ page }) => /^(README|docs\/(?!clients))/.test(page))
    .flatMap(({ page, line }) => {
      const [flag] = /^--[\w-]+/.exec(line) ?? [];
      return flag === undefined ? [] : [{ page, flag }];
    });
  expect(flags.length).toBeGreaterThan(20);
  expect(flags.filter(({ flag }) => !FLAGS.has(flag))).toEqual([]);
});

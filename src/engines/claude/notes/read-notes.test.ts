import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { beforeEach, expect, onTestFinished, test } from "vitest";

import { ownNotes, readNotes } from "./read-notes.ts";

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-notes-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  write("secret", "SECRET");
});

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const read = (folder = "repository", excluded: string[] = []) =>
  readNotes(join(root, folder), { excluded: excluded.map((path) => join(root, path)) });

test("of the folders above, of the folder, and what they mention, the nearest last", async () => {
  write("repository/CLAUDE.md", "FIRST See @docs/more.md");
  write("repository/docs/more.md", "SECOND @./even.md");
  write("repository/docs/even.md", "THIRD @more.md");
  write("repository/.claude/CLAUDE.md", "FOURTH");
  write("repository/sub/CLAUDE.md", "FIFTH");
  expect(await read("repository/sub")).toMatch(/FIRST[^]*SECOND[^]*THIRD[^]*FOURTH[^]*FIFTH/);
  expect((await read("repository/sub")).match(/SECOND/g)).toHaveLength(1);
});

test("none where there are none", async () => {
  mkdirSync(join(root, "repository"));
  write("repository/.claude/CLAUDE.md", "  \n");
  expect(await read()).toBe("");
});

test.each([
  ["a path upwards", "@../secret"],
  ["an absolute path", () => `@${join(root, "secret")}`],
  ["the home folder", "@~/secret"],
  ["a link", "@link"],
  ["a linked folder", "@outside/secret"],
  ["code", "`@inside.md`\n```\n@inside.md\n```\n"],
  ["an address", "me@inside.md"],
  ["a private file", "@private/key"],
  ["no text", "@binary"],
  ["a pipe", "@pipe"],
  ["a folder", "@private"],
])("what is mentioned is not read: %s", async (_, mention) => {
  write("repository/CLAUDE.md", `NOTES ${typeof mention === "string" ? mention : mention()}`);
  write("repository/inside.md", "SECRET");
  write("repository/private/key", "SECRET");
  write("repository/binary", "SECRET\0");
  symlinkSync(join(root, "secret"), join(root, "repository/link"));
  symlinkSync(root, join(root, "repository/outside"));
  execFileSync("mkfifo", [join(root, "repository/pipe")]);
  const notes = await read("repository", ["repository/private"]);
  expect(notes).toContain("NOTES");
  expect(notes).not.toContain("SECRET");
});

test("a note that is a link to elsewhere is not read; one to a file beside it is", async () => {
  write("repository/AGENTS.md", "NOTES");
  symlinkSync("AGENTS.md", join(root, "repository/CLAUDE.md"));
  mkdirSync(join(root, "repository/.claude"));
  symlinkSync(join(root, "secret"), join(root, "repository/.claude/CLAUDE.md"));
  const notes = await read();
  expect([notes.includes("NOTES"), notes.includes("SECRET")]).toEqual([true, false]);
});

test("endless mentions and endless notes come to an end", async () => {
  write("repository/CLAUDE.md", `NOTES ${"@a ".repeat(100_000)}`);
  write("repository/sub/CLAUDE.md", "x".repeat(500_000));
  write("repository/sub/.claude/CLAUDE.md", "LAST");
  const notes = await read("repository/sub");
  expect([notes.includes("NOTES"), notes.length < 450_000]).toEqual([true, true]);
});

test("the person's own are left to Claude Code", () => {
  expect(ownNotes({ HOME: "/home/me" })).toEqual(["/home/me/.claude"]);
  expect(ownNotes({ HOME: "/home/me", CLAUDE_CONFIG_DIR: "/claude" })).toEqual(["/claude"]);
  expect(ownNotes({})).toEqual([]);
});

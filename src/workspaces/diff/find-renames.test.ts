import { describe, expect, test } from "vitest";

import { findRenames, type LoneFile } from "./find-renames.ts";

const LINES = ["one", "two", "three", "four", "five"];

describe("findRenames", () => {
  test("a freed inode that a new file was given makes no rename", () => {
    const gone = file("a", "quite\nsomething\n", { inode: 7, bornMs: 1, modifiedMs: 1 });
    expect(rename([gone], [file("b", "x\n", { inode: 7, bornMs: 9, modifiedMs: 9 })])).toEqual([]);
  });

  test("the same file is known again without its content", () => {
    const { bytes: _, ...gone } = file("dir/a", "x", { inode: 7, bornMs: 1, modifiedMs: 1 });
    expect(rename([gone], [file("moved/a", "x", { inode: 7, bornMs: 1, modifiedMs: 1 })])).toEqual([
      "dir/a -> moved/a 1",
    ]);
  });

  test("of equal contents those with the same name belong together", () => {
    const gone = [file("old/a", "same"), file("old/b", "same")];
    expect(rename(gone, [file("new/b", "same"), file("new/a", "same")])).toEqual([
      "old/b -> new/b 1",
      "old/a -> new/a 1",
    ]);
  });

  test("the most similar one counts, if half of it is the same", () => {
    const gone = [file("a", LINES.join("\n")), file("b", [...LINES.slice(1), "six"].join("\n"))];
    const created = [file("c", [...LINES.slice(1), "SIX"].join("\n")), file("d", "nothing\nof\nit\n")];
    expect(rename(gone, created)).toEqual(["b -> c 0.87"]);
  });

  test("empty files are not the same because they are empty, and a link is no file", () => {
    expect(rename([file("a", "")], [file("b", "")])).toEqual([]);
    expect(rename([file("a", "target")], [file("b", "target", { mode: 0o120777 })])).toEqual([]);
  });
});

function file(path: string, content: string, stat: Partial<LoneFile["stat"]> = {}): LoneFile {
  const bytes = new TextEncoder().encode(content);
  const unlike = { inode: 0, bornMs: 0, modifiedMs: 0, changedMs: 0 };
  return { path, bytes, stat: { mode: 0o100644, size: bytes.length, ...unlike, ...stat } };
}

function rename(gone: readonly LoneFile[], created: readonly LoneFile[]): string[] {
  return findRenames(gone, created).map(
    ({ from, to, similarity }) => `${from.path} -> ${to.path} ${Math.round(similarity * 100) / 100}`,
  );
}

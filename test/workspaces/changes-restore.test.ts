import { existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { AppError } from "../../src/core/words/app-error.ts";
import type { KeptFileChange } from "../../src/core/ports/workspace-snapshots.ts";
import { restoreChanges } from "../../src/workspaces/undo/restore-changes.ts";
import { makeFolder, readTruth } from "./changes-folder.ts";

const signal = new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);

const changed = (path: string, before: string, after: string): KeptFileChange => ({
  type: "changed",
  path,
  before: bytes(before),
  after: bytes(after),
});
const created = (path: string, after: string): KeptFileChange => ({
  type: "created",
  path,
  after: bytes(after),
});
const deleted = (path: string, before: string): KeptFileChange => ({
  type: "deleted",
  path,
  before: bytes(before),
});
const renamed = (previousPath: string, path: string, before: string, after: string): KeptFileChange => ({
  ...changed(path, before, after),
  type: "renamed",
  previousPath,
});

describe("restoreChanges", () => {
  test("puts everything back, and removes the folders that the turn made", async () => {
    using folder = makeFolder();
    folder.write("changed.txt", "after");
    folder.write("made/deep/new.txt", "new");
    folder.write("made/moved.txt", "moved");
    const changes = [
      changed("changed.txt", "before", "after"),
      created("made/deep/new.txt", "new"),
      renamed("old/was.txt", "made/moved.txt", "moved", "moved"),
      deleted("gone/deep/file.txt", "gone"),
    ];
    expect(await restoreChanges(folder.path, changes, signal)).toEqual({
      type: "restored",
      paths: ["changed.txt", "gone/deep/file.txt", "made/deep/new.txt", "old/was.txt"],
    });
    expect(
      Object.fromEntries([...readTruth(folder.path)].map(([path, { content }]) => [path, content])),
    ).toEqual({
      "changed.txt": "before",
      "gone/deep/file.txt": "gone",
      "old/was.txt": "moved",
    });
    expect(readdirSync(folder.path).toSorted()).toEqual(["changed.txt", "gone", "old"]);
  });

  test.each<[string, KeptFileChange, string]>([
    ["was changed again", changed("a.txt", "before", "after"), "echo more > a.txt"],
    ["is gone", changed("a.txt", "before", "after"), "rm a.txt"],
    ["is a folder now", changed("a.txt", "before", "after"), "rm a.txt; mkdir a.txt"],
    ["is a link now", changed("a.txt", "before", "after"), "mv a.txt b.txt; ln -s b.txt a.txt"],
    ["is a pipe now", changed("a.txt", "before", "after"), "rm a.txt; mkfifo a.txt"],
    ["came back", deleted("gone.txt", "before"), "echo again > gone.txt"],
    ["came back as a folder with something in it", deleted("gone", "before"), "mkdir gone; echo x > gone/x"],
    ["has its old name taken", renamed("old.txt", "a.txt", "after", "after"), "echo other > old.txt"],
    ["is not known as it was", { type: "changed", path: "a.txt", after: bytes("after") }, "true"],
    ["is not known as it was left", { type: "created", path: "a.txt" }, "true"],
    ["lies outside", changed("../outside.txt", "before", "after"), "printf after > ../outside.txt"],
    ["is named by a path from the root", created("/etc/hostname", "after"), "true"],
  ])("a file that %s: nothing at all is written", async (_what, change, script) => {
    using folder = makeFolder();
    folder.write("a.txt", "after");
    folder.write("other.txt", "after");
    folder.run(script);
    const before = readTruth(join(folder.path, ".."));
    const outcome = await restoreChanges(
      folder.path,
      [changed("other.txt", "before", "after"), change],
      signal,
    );
    expect(outcome).toEqual({ type: "conflict", paths: [change.path] });
    expect(readTruth(join(folder.path, ".."))).toEqual(before);
  });

  test("never goes through a link that leads out of the folder", async () => {
    using folder = makeFolder();
    const outside = join(folder.path, "../outside");
    mkdirSync(outside);
    folder.write("../outside/a.txt", "after");
    symlinkSync(outside, join(folder.path, "dir"));
    const changes = [
      changed("dir/a.txt", "before", "after"),
      deleted("dir/b.txt", "before"),
      deleted("dir/deep/c.txt", "before"),
    ];
    expect((await restoreChanges(folder.path, changes, signal)).type).toBe("conflict");
    expect(readdirSync(outside)).toEqual(["a.txt"]);
    expect(readFileSync(join(outside, "a.txt"), "utf8")).toBe("after");
  });

  test("a file and a folder of the same name change places again", async () => {
    using folder = makeFolder();
    folder.write("a/b/file", "below");
    folder.write("c", "flat");
    const changes = [
      deleted("a", "file"),
      created("a/b/file", "below"),
      created("c", "flat"),
      deleted("c/d", "deep"),
    ];
    expect((await restoreChanges(folder.path, changes, signal)).type).toBe("restored");
    expect([...readTruth(folder.path)].map(([path, { content }]) => `${path}: ${content}`)).toEqual([
      "a: file",
      "c/d: deep",
    ]);
  });

  test("modes and links come back, but no bits that run a program as somebody else", async () => {
    using folder = makeFolder();
    folder.write("run", "same", 0o644);
    linkSync(join(folder.path, "run"), join(folder.path, "second-name"));
    folder.write("link", "no link any more");
    const changes: KeptFileChange[] = [
      { ...changed("run", "same", "same"), modeBefore: 0o100755, modeAfter: 0o100644 },
      { ...changed("link", "target", "no link any more"), modeBefore: 0o120777, modeAfter: 0o100644 },
      { ...deleted("root", "x"), modeBefore: 0o104755 },
    ];
    expect((await restoreChanges(folder.path, changes, signal)).type).toBe("restored");
    expect(lstatSync(join(folder.path, "run"))).toMatchObject({ mode: 0o100755, nlink: 2 });
    expect(lstatSync(join(folder.path, "link")).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(folder.path, "root")).mode).toBe(0o100755);
  });

  test("what cannot be finished is taken back", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "after");
    folder.write("moved.txt", "same");
    const name = "n".repeat(300);
    const before = readTruth(folder.path);
    const changes = [
      changed("a.txt", "before", "after"),
      renamed("old.txt", "moved.txt", "same", "same"),
      // No file system takes such a name.
      { ...deleted(`dir/${name}`, "x") },
    ];
    await expect(restoreChanges(folder.path, changes, signal)).rejects.toThrow(AppError);
    expect(readTruth(folder.path)).toEqual(before);
    expect(existsSync(join(folder.path, "old.txt"))).toBe(false);
  });

  test("an abort before it begins leaves everything", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "after");
    const aborted = AbortSignal.abort(new Error("enough"));
    await expect(restoreChanges(folder.path, [created("a.txt", "after")], aborted)).rejects.toThrow("enough");
    expect(existsSync(join(folder.path, "a.txt"))).toBe(true);
  });
});

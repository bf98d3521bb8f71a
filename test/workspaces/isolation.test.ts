import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { conversation, FolderBed, git, NEVER, read } from "./folder-bed.ts";

const ONE = conversation("one");
const TWO = conversation("two");
const LINES = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join("");

function diskOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path !== ".git" && !path.startsWith(".git/"))
    .sort();
}

describe.each(["worktree", "copy"] as const)("isolation by %s", (isolation) => {
  test("two conversations edit one file at once: both diffs are right, the base is untouched until asked", async () => {
    using bed = new FolderBed();
    bed.write("src/main.txt", LINES);
    bed.commit();
    const folders = bed.folders();
    const profile = bed.profile({ isolation });
    const [one, two] = await Promise.all([
      folders.open(ONE, profile, NEVER),
      folders.open(TWO, profile, NEVER),
    ]);
    writeFileSync(join(one, "src/main.txt"), LINES.replace("line 10\n", "ten by one\n"));
    writeFileSync(join(two, "src/main.txt"), LINES.replace("line 10\n", "ten by two\n"));

    const [diffOne, diffTwo] = await Promise.all([
      folders.conversations.diff(ONE, NEVER),
      folders.conversations.diff(TWO, NEVER),
    ]);
    expect(diffOne?.diff).toContain("-line 10\n+ten by one\n");
    expect(diffTwo?.diff).toContain("-line 10\n+ten by two\n");
    expect(diffOne).toMatchObject({
      isolation,
      isComplete: true,
      changes: [{ type: "changed", path: "src/main.txt" }],
    });
    expect(read(bed.workspace, "src/main.txt")).toBe(LINES);

    expect(await folders.conversations.apply(ONE, NEVER)).toEqual({
      applied: ["src/main.txt"],
      conflicts: [],
    });
    expect(read(bed.workspace, "src/main.txt")).toContain("ten by one");
    expect(await folders.conversations.apply(TWO, NEVER)).toEqual({
      applied: [],
      conflicts: ["src/main.txt"],
    });
    expect(read(bed.workspace, "src/main.txt")).toContain("ten by one");
    // Nothing is left to bring home of the first; the second still has its own.
    expect((await folders.conversations.diff(ONE, NEVER))?.changes).toEqual([]);
    expect((await folders.conversations.diff(TWO, NEVER))?.diff).toContain("+ten by two");
  });

  test("changes that do not touch are merged, and the work goes on from there", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", LINES);
    bed.commit();
    const folders = bed.folders();
    const one = await folders.open(ONE, bed.profile({ isolation }), NEVER);
    writeFileSync(join(one, "a.txt"), LINES.replace("line 2\n", "two\n"));
    bed.write("a.txt", LINES.replace("line 18\n", "eighteen\n"));
    expect(await folders.conversations.apply(ONE, NEVER)).toEqual({ applied: ["a.txt"], conflicts: [] });
    expect(read(bed.workspace, "a.txt")).toBe(
      LINES.replace("line 18\n", "eighteen\n").replace("line 2\n", "two\n"),
    );
    appendFileSync(join(one, "a.txt"), "more\n");
    expect((await folders.conversations.diff(ONE, NEVER))?.diff).toBe(
      "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -18,3 +18,4 @@\n line 18\n line 19\n line 20\n+more\n",
    );
  });

  test("the conversation starts from what the person sees, byte by byte", async () => {
    using bed = new FolderBed();
    bed.write("committed.txt", "old\n");
    bed.write("deleted.txt", "gone\n");
    bed.write("crlf.txt", "one\r\ntwo\r\n");
    bed.write(".gitignore", "ignored/\n");
    bed.write(".gitattributes", "* text=auto\n*.upper filter=upper\n");
    bed.write("x.upper", "as stored");
    bed.commit();
    bed.git("config", "filter.upper.smudge", "tr a-z A-Z");
    bed.write("committed.txt", "changed\n");
    bed.write("staged.txt", "staged\n");
    bed.git("add", "staged.txt");
    bed.write("untracked name.txt", "new\n");
    bed.write("ignored/big.txt", "ignored\n");
    chmodSync(bed.write("tool.sh", "#!/bin/sh\n"), 0o755);
    unlinkSync(join(bed.workspace, "deleted.txt"));
    symlinkSync("committed.txt", join(bed.workspace, "relative-link"));
    symlinkSync(join(bed.workspace, "staged.txt"), join(bed.workspace, "inner-link"));
    symlinkSync("/etc/hostname", join(bed.workspace, "outer-link"));
    const folders = bed.folders();
    const folder = await folders.open(ONE, bed.profile({ isolation }), NEVER);
    const seen = diskOf(bed.workspace).filter((path) => isolation === "copy" || !path.startsWith("ignored"));
    expect(diskOf(folder)).toEqual(seen);
    for (const path of ["committed.txt", "crlf.txt", "x.upper", "staged.txt", "untracked name.txt"]) {
      expect(read(folder, path), path).toBe(read(bed.workspace, path));
    }
    expect(statSync(join(folder, "tool.sh")).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(folder, "relative-link"))).toBe("committed.txt");
    expect(readlinkSync(join(folder, "outer-link"))).toBe("/etc/hostname");
    // What it writes through the link must not land in the workspace.
    expect(readlinkSync(join(folder, "inner-link"))).toBe(join(folder, "staged.txt"));
    expect((await folders.conversations.diff(ONE, NEVER))?.changes).toEqual([]);
    expect(git(folder, "log", "--format=%s")).toBe("first\n");
    expect(git(folder, "status", "--porcelain")).toContain(" M committed.txt\n");
  });

  test("every kind of change is told and brought home", async () => {
    using bed = new FolderBed();
    bed.write("edit.txt", "edit\n");
    bed.write("move.txt", "to be moved\nas it is\n");
    bed.write("remove/deep/gone.txt", "gone\n");
    bed.write("mode.sh", "#!/bin/sh\n");
    bed.write("file-to-folder", "file\n");
    bed.write("folder-to-file/inner.txt", "inner\n");
    bed.write("to-link.txt", "text\n");
    bed.write("binary.bin", "\0one");
    bed.write(".gitignore", "node_modules/\n");
    bed.commit();
    const folders = bed.folders();
    const folder = await folders.open(ONE, bed.profile({ isolation }), NEVER);
    const at = (path: string) => join(folder, path);
    writeFileSync(at("edit.txt"), "edited\n");
    mkdirSync(at("new folder"));
    renameSync(at("move.txt"), at("new folder/moved.txt"));
    rmSync(at("remove"), { recursive: true });
    chmodSync(at("mode.sh"), 0o755);
    unlinkSync(at("file-to-folder"));
    bed.write("file-to-folder/inside.txt", "inside\n", folder);
    rmSync(at("folder-to-file"), { recursive: true });
    writeFileSync(at("folder-to-file"), "flat\n");
    unlinkSync(at("to-link.txt"));
    symlinkSync(at("edit.txt"), at("to-link.txt"));
    writeFileSync(at("binary.bin"), "\0two");
    bed.write("node_modules/package/index.js", "ignored\n", folder);
    git(folder, "add", "--all");
    git(folder, "commit", "--quiet", "--message", "by the agent");

    const diff = await folders.conversations.diff(ONE, NEVER);
    expect(diff?.changes.map(({ type, path }) => `${type} ${path}`)).toEqual([
      "changed binary.bin",
      "changed edit.txt",
      "deleted file-to-folder",
      "created file-to-folder/inside.txt",
      "created folder-to-file",
      "deleted folder-to-file/inner.txt",
      "changed mode.sh",
      "renamed new folder/moved.txt",
      "deleted remove/deep/gone.txt",
      "changed to-link.txt",
    ]);
    expect(diff?.isComplete).toBe(true);
    expect(diff?.diff).toContain("Binary files a/binary.bin and b/binary.bin differ\n");
    const result = await folders.conversations.apply(ONE, NEVER);
    expect(result?.conflicts).toEqual([]);
    expect(diskOf(bed.workspace)).toEqual([
      ".gitignore",
      "binary.bin",
      "edit.txt",
      "file-to-folder",
      "file-to-folder/inside.txt",
      "folder-to-file",
      "mode.sh",
      "new folder",
      "new folder/moved.txt",
      "to-link.txt",
    ]);
    expect(statSync(join(bed.workspace, "mode.sh")).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(bed.workspace, "to-link.txt"))).toBe(join(bed.workspace, "edit.txt"));
    expect(read(bed.workspace, "binary.bin")).toBe("\0two");
    expect((await folders.conversations.diff(ONE, NEVER))?.changes).toEqual([]);
    // Its commits stay its own.
    expect(bed.git("log", "--format=%s")).toBe("first\n");
  });

  test("git applies the diff", async () => {
    using bed = new FolderBed();
    bed.write("edit.txt", LINES);
    bed.write("no-end.txt", "no end");
    bed.write("gone.txt", "gone\n");
    bed.commit();
    const folders = bed.folders();
    const folder = await folders.open(ONE, bed.profile({ isolation }), NEVER);
    writeFileSync(join(folder, "edit.txt"), LINES.replace("line 1\n", "").replace("line 19\n", "19\n19b\n"));
    writeFileSync(join(folder, "no-end.txt"), "no end\nbut more");
    renameSync(join(folder, "gone.txt"), join(folder, "with a space.txt"));
    bed.write("umläut/new.txt", "new\n", folder);
    const patch = bed.write("../the.patch", (await folders.conversations.diff(ONE, NEVER))?.diff ?? "");
    bed.git("apply", patch);
    for (const path of ["edit.txt", "no-end.txt", "with a space.txt", "umläut/new.txt"]) {
      expect(read(bed.workspace, path), path).toBe(read(folder, path));
    }
    expect(existsSync(join(bed.workspace, "gone.txt"))).toBe(false);
  });

  test("with one conflict nothing is written, and links never lead out of the base", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    bed.write("b.txt", "b\n");
    bed.write("dir/c.txt", "c\n");
    bed.commit();
    const folders = bed.folders();
    const folder = await folders.open(ONE, bed.profile({ isolation }), NEVER);
    for (const path of ["a.txt", "b.txt", "dir/c.txt", "dir/new.txt"])
      writeFileSync(join(folder, path), "mine\n");
    bed.write("b.txt", "theirs\n");
    mkdirSync(join(bed.root, "elsewhere"));
    bed.write("elsewhere/c.txt", "c\n", bed.root);
    rmSync(join(bed.workspace, "dir"), { recursive: true });
    symlinkSync(join(bed.root, "elsewhere"), join(bed.workspace, "dir"));
    const before = diskOf(bed.workspace);
    expect(await folders.conversations.apply(ONE, NEVER)).toEqual({
      applied: [],
      conflicts: ["b.txt", "dir/c.txt", "dir/new.txt"],
    });
    expect(diskOf(bed.workspace)).toEqual(before);
    expect(read(bed.workspace, "a.txt")).toBe("a\n");
    expect(read(bed.root, "elsewhere/c.txt")).toBe("c\n");
    expect(readdirSync(join(bed.root, "elsewhere"))).toEqual(["c.txt"]);
  });

  test("links that the agent makes are told as links, not followed", async () => {
    using bed = new FolderBed();
    bed.write("dir/secret.txt", "mine\n");
    bed.commit();
    bed.write("outside/secret.txt", "outside\n", bed.root);
    const folders = bed.folders();
    const folder = await folders.open(ONE, bed.profile({ isolation }), NEVER);
    rmSync(join(folder, "dir"), { recursive: true });
    symlinkSync(join(bed.root, "outside"), join(folder, "dir"));
    const diff = await folders.conversations.diff(ONE, NEVER);
    expect(diff?.changes.map(({ type, path }) => `${type} ${path}`)).toEqual([
      "created dir",
      "deleted dir/secret.txt",
    ]);
    expect(diff?.diff).not.toContain("outside\n+");
    expect(diff?.diff).toContain("new file mode 120000");
    expect((await folders.conversations.apply(ONE, NEVER))?.conflicts).toEqual([]);
    expect(lstatSync(join(bed.workspace, "dir")).isSymbolicLink()).toBe(true);
    expect(read(bed.root, "outside/secret.txt")).toBe("outside\n");
  });

  test("it is made once, found again after a restart, and removed with all that belongs to it", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    bed.commit();
    const profile = bed.profile({ isolation });
    const folders = bed.folders();
    const opened = await Promise.all(Array.from({ length: 8 }, () => folders.open(ONE, profile, NEVER)));
    expect(new Set(opened).size).toBe(1);
    const [folder = ""] = opened;
    writeFileSync(join(folder, "a.txt"), "mine\n");
    await expect(folders.open(ONE, profile, NEVER)).resolves.toBe(folder);

    const restarted = bed.folders();
    expect(await restarted.open(ONE, profile, NEVER)).toBe(folder);
    expect((await restarted.conversations.diff(ONE, NEVER))?.diff).toContain("+mine");
    expect(await restarted.conversations.list()).toMatchObject([
      { conversationId: ONE, isolation, base: bed.workspace, folder },
    ]);
    expect(await restarted.conversations.remove(ONE)).toBe(true);
    expect(await restarted.conversations.remove(ONE)).toBe(false);
    expect(readdirSync(bed.isolationRoot)).toEqual([]);
    expect(bed.git("worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(1);
    expect(await restarted.conversations.find(ONE)).toBeUndefined();
    expect(await restarted.conversations.diff(ONE, NEVER)).toBeUndefined();
    expect(await restarted.conversations.apply(ONE, NEVER)).toBeUndefined();
  });

  test("a branch begins with the other conversation's folder as it is, over the same base", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    bed.write(".gitignore", "out/\n");
    bed.commit();
    const folders = bed.folders();
    const profile = bed.profile({ isolation });
    const one = await folders.open(ONE, profile, NEVER);
    writeFileSync(join(one, "a.txt"), "by one\n");
    bed.write("out/built.txt", "built\n", one);
    git(one, "commit", "--quiet", "--all", "--message", "by one");
    bed.write("a.txt", "meanwhile\n");
    const two = await folders.open(TWO, profile, NEVER, ONE);
    expect(two).not.toBe(one);
    expect([read(two, "a.txt"), read(two, "out/built.txt")]).toEqual(["by one\n", "built\n"]);
    expect(git(two, "log", "-1", "--format=%s")).toBe("by one\n");
    writeFileSync(join(two, "a.txt"), "by two\n");
    expect((await folders.conversations.diff(TWO, NEVER))?.diff).toContain("-a\n+by two\n");
    expect((await folders.conversations.diff(ONE, NEVER))?.diff).toContain("-a\n+by one\n");
    await folders.conversations.remove(ONE);
    expect((await folders.conversations.diff(TWO, NEVER))?.diff).toContain("-a\n+by two\n");
  });

  test("hooks and filters of the repository do not run", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    bed.write(".gitattributes", "*.txt filter=spy\n");
    bed.commit();
    const spy = join(bed.root, "spied");
    const hook = bed.write(".git/hooks/post-checkout", `#!/bin/sh\ntouch ${spy}\n`);
    chmodSync(hook, 0o755);
    const command = `touch ${spy}; cat`;
    for (const name of ["filter.spy.clean", "filter.spy.smudge", "core.fsmonitor"]) {
      bed.git("config", name, name === "core.fsmonitor" ? hook : command);
    }
    rmSync(spy, { force: true });
    const folders = bed.folders();
    const folder = await folders.open(ONE, bed.profile({ isolation }), NEVER);
    writeFileSync(join(folder, "a.txt"), "b\n");
    await folders.conversations.diff(ONE, NEVER);
    await folders.conversations.apply(ONE, NEVER);
    await folders.conversations.remove(ONE);
    expect(existsSync(spy)).toBe(false);
  });

  test("of a subfolder of a repository, only the subfolder's changes go home", async () => {
    using bed = new FolderBed();
    bed.write("packages/app/a.txt", "a\n");
    bed.write("packages/other/b.txt", "b\n");
    bed.write(".gitignore", "dist/\n");
    bed.commit();
    const workspace = join(bed.workspace, "packages/app");
    const folders = bed.folders();
    const folder = await folders.open(ONE, bed.profile({ isolation, workspace }), NEVER);
    expect(folder.endsWith(isolation === "worktree" ? "conv_one/packages/app" : "conv_one")).toBe(true);
    expect(existsSync(join(folder, "../other/b.txt"))).toBe(isolation === "worktree");
    writeFileSync(join(folder, "a.txt"), "changed\n");
    bed.write("dist/ignored.txt", "ignored\n", folder);
    expect((await folders.conversations.diff(ONE, NEVER))?.changes).toMatchObject([{ path: "a.txt" }]);
    expect((await folders.conversations.apply(ONE, NEVER))?.applied).toEqual(["a.txt"]);
    expect(read(workspace, "a.txt")).toBe("changed\n");
    // A later turn may go deeper, not elsewhere.
    mkdirSync(join(workspace, "deeper"));
    mkdirSync(join(folder, "deeper"));
    const deeper = bed.profile({ isolation, workspace: join(workspace, "deeper") });
    expect(await folders.open(ONE, deeper, NEVER)).toBe(join(folder, "deeper"));
    const elsewhere = bed.profile({ isolation, workspace: join(bed.workspace, "packages/other") });
    await expect(folders.open(ONE, elsewhere, NEVER)).rejects.toMatchObject({
      info: { kind: "invalid-request" },
    });
  });
});

describe("what a worktree cannot be made of is copied", () => {
  test.each([
    ["a plain folder", () => {}],
    ["a repository without commits", (bed: FolderBed) => void bed.git("init", "--quiet")],
    [
      "a repository with another inside",
      (bed: FolderBed) => {
        bed.write("nested/n.txt", "n\n");
        git(join(bed.workspace, "nested"), "init", "--quiet");
        git(join(bed.workspace, "nested"), "add", "--all");
        git(join(bed.workspace, "nested"), "commit", "--quiet", "--message", "nested");
        bed.commit();
      },
    ],
  ])("%s", async (_name, prepare) => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    prepare(bed);
    const folders = bed.folders();
    const folder = await folders.open(ONE, bed.profile({ isolation: "worktree" }), NEVER);
    writeFileSync(join(folder, "a.txt"), "b\n");
    expect(await folders.conversations.diff(ONE, NEVER)).toMatchObject({
      isolation: "copy",
      changes: [{ type: "changed", path: "a.txt" }],
    });
    expect((await folders.conversations.apply(ONE, NEVER))?.applied).toEqual(["a.txt"]);
    expect(read(bed.workspace, "a.txt")).toBe("b\n");
  });

  test("without git on the machine", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", LINES);
    bed.commit();
    const folders = bed.folders({ environment: { PATH: "/nowhere" } });
    const folder = await folders.open(ONE, bed.profile({ isolation: "worktree" }), NEVER);
    writeFileSync(join(folder, "a.txt"), LINES.replace("line 1\n", "one\n"));
    expect((await folders.conversations.diff(ONE, NEVER))?.diff).toContain("+one\n");
    // Nobody is there to merge.
    appendFileSync(join(bed.workspace, "a.txt"), "more\n");
    expect((await folders.conversations.apply(ONE, NEVER))?.conflicts).toEqual(["a.txt"]);
    await folders.conversations.remove(ONE);
  });
});

describe("bounds and failures", () => {
  test("a workspace that is too large is refused by the name of the setting, and nothing is left", async () => {
    using bed = new FolderBed();
    for (let index = 0; index < 20; index += 1) bed.write(`${index}.txt`, "x".repeat(100));
    for (const limits of [
      { maxFiles: 10, maxBytes: 1e9 },
      { maxFiles: 1e6, maxBytes: 1000 },
    ]) {
      const folders = bed.folders({ limits });
      await expect(folders.open(ONE, bed.profile({ isolation: "copy" }), NEVER)).rejects.toMatchObject({
        info: { kind: "invalid-request", message: expect.stringContaining("profiles.agent.isolation") },
      });
      expect(readdirSync(bed.isolationRoot)).toEqual([]);
    }
  });

  test("an aborted start leaves nothing, and the next one makes the folder", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    bed.commit();
    const folders = bed.folders();
    const profile = bed.profile({ isolation: "worktree" });
    const gone = new AbortController();
    const first = folders.open(ONE, profile, gone.signal);
    const second = folders.open(ONE, profile, NEVER);
    gone.abort();
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    expect(read(await second, "a.txt")).toBe("a\n");
  });

  test("what a crash left half done is cleared away", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    bed.commit();
    const folders = bed.folders();
    const profile = bed.profile({ isolation: "worktree" });
    const folder = await folders.open(ONE, profile, NEVER);
    rmSync(`${folder}.json`);
    writeFileSync(join(folder, "half.txt"), "half\n");
    expect(await bed.folders().open(ONE, profile, NEVER)).toBe(folder);
    expect(diskOf(folder)).toEqual(["a.txt"]);
  });

  test("folders of conversations inside of the workspace are not copied into each other", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    bed.commit();
    const folders = bed.folders({ isolationRoot: join(bed.workspace, "data/workspaces") });
    for (const [index, isolation] of (["worktree", "copy", "worktree"] as const).entries()) {
      const folder = await folders.open(conversation(`c${index}`), bed.profile({ isolation }), NEVER);
      expect(
        diskOf(folder).filter((path) => path !== "data"),
        isolation,
      ).toEqual(["a.txt"]);
      expect(await folders.conversations.diff(conversation(`c${index}`), NEVER)).toMatchObject({
        isolation,
        changes: [],
      });
    }
  });

  test("a folder that the agent swapped for a link is not used", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    const folders = bed.folders();
    const profile = bed.profile({ isolation: "copy" });
    const folder = await folders.open(ONE, profile, NEVER);
    rmSync(folder, { recursive: true });
    symlinkSync(bed.workspace, folder);
    const failure = { info: { kind: "engine-failed", message: expect.not.stringContaining(bed.root) } };
    await expect(folders.open(ONE, profile, NEVER)).rejects.toMatchObject(failure);
    await expect(folders.conversations.diff(ONE, NEVER)).rejects.toMatchObject(failure);
    await expect(folders.conversations.apply(ONE, NEVER)).rejects.toMatchObject(failure);
    expect(await folders.conversations.remove(ONE)).toBe(true);
    expect(read(bed.workspace, "a.txt")).toBe("a\n");
  });

  test("a copy of a linked worktree has no git that would change the original", async () => {
    using bed = new FolderBed();
    bed.write("a.txt", "a\n");
    bed.commit();
    const linked = join(bed.root, "linked");
    bed.git("worktree", "add", "--quiet", linked);
    const folders = bed.folders();
    const folder = await folders.open(ONE, bed.profile({ isolation: "copy", workspace: linked }), NEVER);
    expect(existsSync(join(folder, ".git"))).toBe(false);
    const worktree = bed.profile({ isolation: "worktree", workspace: linked });
    expect(diskOf(await folders.open(TWO, worktree, NEVER))).toEqual(["a.txt"]);
  });
});

import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { AppError } from "../../src/core/words/app-error.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { FolderSnapshots } from "../../src/workspaces/changes/folder-snapshots.ts";
import { makeFolder, makeRepository, summarize, type TestFolder, text } from "./changes-folder.ts";

const signal = new AbortController().signal;
const scratch = mkdtempSync(join(tmpdir(), "changes-scratch-"));
const opened: FolderSnapshots[] = [];
const withGit = open({ environment: { PATH: process.env.PATH } });
const withoutGit = open({ environment: { PATH: "/nonexistent" } });
afterAll(async () => {
  for (const each of opened) await each.close();
  rmSync(scratch, { recursive: true, force: true });
});

function open(options: Partial<ConstructorParameters<typeof FolderSnapshots>[0]>): FolderSnapshots {
  const scratchFolder = join(scratch, `${opened.length}`);
  const snapshots = new FolderSnapshots({ scratchFolder, logger: SILENT_LOGGER, ...options });
  opened.push(snapshots);
  return snapshots;
}

async function changesOf(path: string, act: () => unknown, snapshots = withGit) {
  await using snapshot = await snapshots.take(path, signal);
  act();
  return snapshot.compare(signal);
}

async function linesOf(folder: TestFolder, script: string, snapshots = withGit): Promise<string[]> {
  return summarize((await changesOf(folder.path, () => folder.run(script), snapshots)).changes);
}

describe("a git repository", () => {
  test("is not written to, and none of its programs run", async () => {
    using folder = makeFolder();
    folder.write(".gitattributes", "*.bin filter=evil\n*.txt diff=evil\n");
    folder.write("data.bin", "0123456789\n");
    folder.write("a.txt", "one\n");
    makeRepository(folder);
    const run = `echo ran >> ${folder.path}/../ran; cat`;
    folder.run(`git config filter.evil.clean '${run}' && git config filter.evil.smudge '${run}' && git config diff.evil.textconv '${run}'
      git config diff.external '${run}' && git config core.fsmonitor '${run}'
      for hook in post-index-change fsmonitor-watchman pre-auto-gc; do printf '#!/bin/sh\\n${run}\\n' > .git/hooks/$hook; chmod +x .git/hooks/$hook; done`);
    const before = describeGitFolder(folder);
    const result = await changesOf(folder.path, () => {
      folder.write("data.bin", "9876543210\n");
      folder.write("a.txt", "two\n");
      folder.write("new.bin", "x");
    });
    expect(summarize(result.changes)).toEqual(["changed a.txt", "changed data.bin", "created new.bin"]);
    expect(result.changes[0]?.diff).toContain("-one\n+two\n");
    expect(describeGitFolder(folder)).toEqual(before);
    expect(readdirSync(join(folder.path, ".."))).toEqual(["workspace"]);
  });

  test("of somebody else is looked at all the same", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "one\n");
    makeRepository(folder);
    if (process.getuid?.() === 0) folder.run("chown -R 12345:12345 .");
    expect(await linesOf(folder, "echo two > a.txt")).toEqual(["changed a.txt"]);
  });

  test("has its ignored files left out, also by the rules of folders above", async () => {
    using folder = makeFolder();
    folder.write(".gitignore", "*.log\nbuild/\n!keep.log\n");
    folder.write("sub/.gitignore", "local\n");
    folder.write("sub/a.txt", "one\n");
    folder.write("forced.log", "tracked\n");
    makeRepository(folder);
    folder.run("git add -f forced.log && git commit -qm forced && echo tmp > .git/info/exclude");
    const script = `mkdir build && echo x > build/out && echo x > b.log && echo x > keep.log && echo x > sub/local
      echo x > sub/tmp && echo y > forced.log && echo z > sub/a.txt && mkdir node_modules && echo x > node_modules/m`;
    expect(await linesOf(folder, script)).toEqual(
      ["changed forced.log", "created keep.log", "created node_modules/m", "changed sub/a.txt"].toSorted(
        (one, other) => (one.slice(8) < other.slice(8) ? -1 : 1),
      ),
    );
  });

  test("of which the workspace is a part: only that part counts", async () => {
    using folder = makeFolder();
    folder.write(".gitignore", "*.log\n");
    folder.write("part/a.txt", "one\n");
    folder.write("partial/b.txt", "one\n");
    makeRepository(folder);
    const { changes } = await changesOf(join(folder.path, "part"), () =>
      folder.run(
        "echo two > part/a.txt && echo x > part/x.log && echo x > part/new && echo two > partial/b.txt",
      ),
    );
    expect(summarize(changes)).toEqual(["changed a.txt", "created new"]);
    expect(text(changes[0]?.before)).toBe("one\n");
  });

  test("that ignores the workspace does not hide it", async () => {
    using folder = makeFolder();
    folder.write(".gitignore", "scratch/\n");
    folder.write("scratch/a.txt", "one\n");
    makeRepository(folder);
    const { changes } = await changesOf(join(folder.path, "scratch"), () =>
      folder.run("echo two > scratch/a.txt"),
    );
    expect(summarize(changes)).toEqual(["changed a.txt"]);
  });

  test("without a commit, with a split index, of another hash, and as a further working tree", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "one\n");
    folder.run("git init -q");
    expect(await linesOf(folder, "echo two > a.txt && git add -A && git commit -qm x")).toEqual([
      "changed a.txt",
    ]);
    folder.run("git update-index --split-index");
    expect(await linesOf(folder, "echo three > a.txt; echo x > b.txt")).toEqual([
      "changed a.txt",
      "created b.txt",
    ]);
    folder.run(
      "git update-index --no-split-index; git update-index --index-version 4; sleep 0.1; git status",
    );
    expect(await linesOf(folder, "echo four > a.txt; rm b.txt")).toEqual(["changed a.txt", "deleted b.txt"]);
    folder.run("git worktree add -q ../second");
    const second = join(folder.path, "../second");
    const { changes } = await changesOf(second, () => writeFileSync(join(second, "a.txt"), "five\n"));
    expect(changes[0]?.diff).toContain("+five\n");
    using other = makeFolder();
    other.write("dir/a.txt", "one\n");
    other.run("git init -q --object-format=sha256 && git add -A && git commit -qm x");
    expect(await linesOf(other, "git mv dir moved")).toEqual(["renamed dir/a.txt -> moved/a.txt"]);
  });

  test("gives the contents from before without having been read before", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "one\ntwo\n");
    folder.write("crlf.txt", "one\r\ntwo\r\n");
    folder.write(".gitattributes", "crlf.txt text eol=crlf\n*.rot filter=rot\n");
    folder.write("secret.rot", "nop\n");
    folder.run(`git init -q && git config filter.rot.clean 'tr a-z n-za-m' && git add -A && git commit -qm x
      touch -d '1 hour ago' a.txt crlf.txt secret.rot .gitattributes && git status && sleep 0.1 && git update-index --refresh`);
    const barren = open({ limits: { maxKeptFiles: 0 }, environment: { PATH: process.env.PATH } });
    const act = () =>
      folder.run("echo two > a.txt && printf 'one\\r\\n2\\r\\n' > crlf.txt && echo abc > secret.rot");
    const { changes } = await changesOf(folder.path, act, barren);
    expect(changes.map(({ path, before }) => [path, text(before)])).toEqual([
      ["a.txt", "one\ntwo\n"],
      ["crlf.txt", "one\r\ntwo\r\n"],
      // What its program made of it cannot be told without running it.
      ["secret.rot", undefined],
    ]);
    expect(changes[2]?.diff).toBeUndefined();
  });

  test("with others inside: submodules and clones count as well", async () => {
    using library = makeFolder("library");
    library.write("lib.txt", "one\n");
    makeRepository(library);
    using folder = makeFolder();
    folder.write("a.txt", "one\n");
    makeRepository(folder);
    folder.run(`git -c protocol.file.allow=always submodule add -q ${library.path} sub && git commit -qm sub
      git clone -q ${library.path} clone`);
    const script = `echo two > sub/lib.txt && echo two > clone/lib.txt && echo x > clone/new
      git clone -q ${library.path} later`;
    expect(await linesOf(folder, script)).toEqual([
      "changed clone/lib.txt",
      "created clone/new",
      "created later/lib.txt",
      "changed sub/lib.txt",
    ]);
  });

  test("whose rules change: what comes into view or leaves it has not changed", async () => {
    using folder = makeFolder();
    folder.write(".gitignore", "*.log\n");
    folder.write("a.log", "one\n");
    folder.write("b.tmp", "one\n");
    makeRepository(folder);
    folder.run("sleep 0.1");
    expect(await linesOf(folder, "echo '*.tmp' > .gitignore && echo x > c.log && echo x > d.tmp")).toEqual([
      "changed .gitignore",
      "created c.log",
    ]);
  });

  test("whose index is broken is looked at as a plain folder", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "one\n");
    makeRepository(folder);
    folder.run("head -c 50 .git/index > x && mv x .git/index");
    expect(await linesOf(folder, "echo two > a.txt")).toEqual(["changed a.txt"]);
  });

  test("that is made or removed by the turn is no change of files", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "one\n");
    folder.write("node_modules/m/index.js", "x\n");
    expect(
      await linesOf(folder, "git init -q && git add a.txt && git commit -qm x && echo two > b.txt"),
    ).toEqual(["created b.txt"]);
    folder.run("echo node_modules > .gitignore");
    expect(await linesOf(folder, "rm -rf .git && echo two > a.txt")).toEqual(["changed a.txt"]);
  });
});

describe.each([
  ["with git", withGit],
  ["without git", withoutGit],
])("a plain folder, %s", (_name, snapshots) => {
  test("is looked at without packages and what is ignored", async () => {
    using folder = makeFolder();
    folder.write(".gitignore", "*.log\n/build/\n");
    folder.write("sub/.gitignore", "!b.log\n");
    const script = `mkdir -p node_modules/m build sub/build && echo x | tee node_modules/m/i build/o a.log sub/b.log sub/build/o`;
    expect(await linesOf(folder, script, snapshots)).toEqual(["created sub/b.log", "created sub/build/o"]);
  });

  test("knows files again under other names", async () => {
    using folder = makeFolder();
    for (const name of ["a", "b", "c"]) folder.write(`dir/${name}.txt`, `${name}\n1\n2\n3\n4\n`);
    folder.write("empty", "");
    const { changes } = await changesOf(
      folder.path,
      () =>
        folder.run(
          "mv dir moved && sed -i s/1/one/ moved/b.txt && rm moved/c.txt && echo c > moved/d && mv empty none",
        ),
      snapshots,
    );
    expect(summarize(changes)).toEqual(
      [
        "deleted dir/c.txt",
        "renamed dir/a.txt -> moved/a.txt",
        "renamed dir/b.txt -> moved/b.txt",
        "created moved/d",
        "renamed empty -> none",
      ].toSorted((one, other) => pathOf(one).localeCompare(pathOf(other))),
    );
    expect(changes.find(({ path }) => path === "moved/b.txt")?.diff).toBe(
      `diff --git a/dir/b.txt b/moved/b.txt
similarity index 66%
rename from dir/b.txt
rename to moved/b.txt
--- a/dir/b.txt
+++ b/moved/b.txt
@@ -1,5 +1,5 @@
 b
-1
+one
 2
 3
 4
`,
    );
  });

  test("with names of all kinds", async () => {
    using folder = makeFolder();
    const script = `printf x > "$(printf 'bad\\377name')" && printf x > "$(printf 'new\\nline')" && printf x > 'literal\\xff'
      printf x > 'ünïcode �' && mkdir "$(printf 'dir\\376')" && printf x > "$(printf 'dir\\376/file')"`;
    expect(await linesOf(folder, script, snapshots)).toEqual([
      "created bad\\xffname",
      "created dir\\xfe/file",
      "created literal\\x5cxff",
      "created new\nline",
      "created ünïcode �",
    ]);
    expect(
      await linesOf(folder, 'for f in *; do test -f "$f" && printf y > "$f"; done; true', snapshots),
    ).toEqual(["changed bad\\xffname", "changed literal\\x5cxff", "changed new\nline", "changed ünïcode �"]);
  });

  test("that is gone: all of its files are deleted", async () => {
    using folder = makeFolder();
    folder.write("dir/a.txt", "one\n");
    const { changes, isComplete } = await changesOf(
      folder.path,
      () => rmSync(folder.path, { recursive: true }),
      snapshots,
    );
    expect({ lines: summarize(changes), isComplete }).toEqual({
      lines: ["deleted dir/a.txt"],
      isComplete: true,
    });
    await expect(snapshots.take(folder.path, signal)).rejects.toThrow(AppError);
  });

  test("that was swapped for a link to another one is gone as well", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "one\n");
    const act = () => {
      renameSync(folder.path, `${folder.path}-moved`);
      execFileSync("ln", ["-s", `${folder.path}-moved`, folder.path]);
    };
    expect(summarize((await changesOf(folder.path, act, snapshots)).changes)).toEqual(["deleted a.txt"]);
  });
});

describe("bounds", () => {
  test("more files than are looked at: the comparison is not complete", async () => {
    using folder = makeFolder();
    for (let at = 0; at < 20; at += 1) folder.write(`${at}.txt`, "x");
    const bounded = open({ limits: { maxFiles: 10 } });
    expect((await changesOf(folder.path, () => {}, bounded)).isComplete).toBe(false);
  });

  test("content that is too large is not kept, and long diffs are left out", async () => {
    using folder = makeFolder();
    folder.write("large.bin", Buffer.alloc(300));
    folder.write("text.txt", "a\n".repeat(50));
    const bounded = open({ limits: { maxFileBytes: 200, maxDiffBytes: 100 } });
    const act = () => {
      folder.write("large.bin", Buffer.alloc(300, 1));
      folder.write("text.txt", "b\n".repeat(50));
      folder.write("made.txt", "b\n".repeat(150));
    };
    const { changes } = await changesOf(folder.path, act, bounded);
    expect(
      changes.map(({ path, before, after, diff }) => [path, before?.length, after?.length, diff]),
    ).toEqual([
      ["large.bin", undefined, undefined, undefined],
      ["made.txt", undefined, undefined, undefined],
      ["text.txt", 100, 100, undefined],
    ]);
  });

  test("what is not kept is still compared by its stat", async () => {
    using folder = makeFolder();
    for (const name of ["same", "moved", "other"]) folder.write(name, "content");
    folder.run("touch -d '1 hour ago' * && sleep 0.1");
    const barren = open({ limits: { maxKeptFiles: 0 } });
    const script = "mv same x && mv x same && mv moved new && printf CONTENT > other";
    expect(await linesOf(folder, script, barren)).toEqual(["renamed moved -> new", "changed other"]);
  });
});

describe("the life of a snapshot", () => {
  test("it can be compared several times", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "one\n");
    await using snapshot = await withGit.take(folder.path, signal);
    folder.write("a.txt", "two\n");
    expect(summarize((await snapshot.compare(signal)).changes)).toEqual(["changed a.txt"]);
    folder.write("a.txt", "one\n");
    expect(await snapshot.compare(signal)).toEqual({ changes: [], isComplete: true });
  });

  test("two of one folder know each its own beginning", async () => {
    using folder = makeFolder();
    folder.write("a.txt", "one\n");
    await using first = await withGit.take(folder.path, signal);
    folder.write("a.txt", "two\n");
    await using second = await withGit.take(folder.path, signal);
    folder.write("a.txt", "three\n");
    expect(text((await second.compare(signal)).changes[0]?.before)).toBe("two\n");
    expect(text((await first.compare(signal)).changes[0]?.before)).toBe("one\n");
  });

  test("an abort ends the wait and what was started for it", async () => {
    using folder = makeFolder();
    makeRepository(folder);
    // Git waits for whoever opens the other end.
    folder.run("mkfifo .gitignore");
    const controller = new AbortController();
    const taking = withGit.take(folder.path, controller.signal);
    controller.abort(new Error("enough"));
    await expect(taking).rejects.toThrow("enough");
    await expect(withGit.take(folder.path, AbortSignal.abort(new Error("at once")))).rejects.toThrow(
      "at once",
    );
  });

  test("its thread does not keep the process alive, and only this user can read its files", async () => {
    const scratchFolder = join(scratch, "other");
    const file = new URL("../../src/workspaces/changes/folder-snapshots.ts", import.meta.url);
    const script = `
      import { FolderSnapshots } from ${JSON.stringify(file.href)};
      const logger = { debug() {} };
      const snapshots = new FolderSnapshots({ scratchFolder: ${JSON.stringify(scratchFolder)}, logger });
      await snapshots.take(${JSON.stringify(scratch)}, new AbortController().signal);`;
    execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      timeout: 60_000,
      stdio: "ignore",
    });
    expect(statSync(scratchFolder).mode & 0o777).toBe(0o700);
  });

  test("a closed one says so", async () => {
    const closed = open({});
    mkdirSync(join(scratch, "folder"));
    const snapshot = await closed.take(join(scratch, "folder"), signal);
    await closed.close();
    await expect(snapshot.compare(signal)).rejects.toThrow(AppError);
    await expect(closed.take(scratch, signal)).rejects.toThrow(AppError);
  });
});

function describeGitFolder(folder: TestFolder): string[] {
  const files = readdirSync(join(folder.path, ".git"), { recursive: true, encoding: "utf8" });
  return files.map((name) => {
    const path = join(folder.path, ".git", name);
    const stat = statSync(path);
    return `${name} ${stat.mtimeMs} ${stat.isFile() ? readFileSync(path, "latin1") : ""}`;
  });
}

function pathOf(line: string): string {
  return line.split(" ").at(-1) ?? "";
}

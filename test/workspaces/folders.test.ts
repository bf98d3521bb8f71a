import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { conversation, FolderBed, NEVER } from "./folder-bed.ts";

const PARAM = "claude.workingDirectory";

/** `work` with a folder and a file in it; `workshop` and `outside` beside it; `shared`, which requests may name. */
function makeBed(): FolderBed {
  const bed = new FolderBed();
  for (const folder of ["work/inner/deep", "workshop/secret", "outside", "shared/project"]) {
    mkdirSync(join(bed.root, folder), { recursive: true });
  }
  bed.write("file.txt", "text\n");
  symlinkSync(join(bed.root, "outside"), join(bed.workspace, "link-out"));
  symlinkSync(join(bed.root, "missing"), join(bed.workspace, "link-nowhere"));
  symlinkSync("inner/deep", join(bed.workspace, "link-in"));
  symlinkSync("loop", join(bed.workspace, "loop"));
  symlinkSync(join(bed.root, "shared"), join(bed.workspace, "link-shared"));
  return bed;
}

async function attempt(bed: FolderBed, path: string): Promise<unknown> {
  const folders = bed.folders({ allowedFolders: [join(bed.root, "shared")] });
  try {
    return (await folders.resolve(path, bed.profile(), PARAM)).replace(bed.root, "");
  } catch (error) {
    return error;
  }
}

describe("the folder that a request names", () => {
  test.each([
    [".", "/work"],
    ["inner", "/work/inner"],
    ["./inner//deep/./", "/work/inner/deep"],
    ["inner/../inner/deep/", "/work/inner/deep"],
    ["link-in", "/work/inner/deep"],
    ["../work/inner", "/work/inner"],
    ["ROOT/work/inner", "/work/inner"],
    ["ROOT/shared", "/shared"],
    ["ROOT/shared/project", "/shared/project"],
    ["link-shared/project", "/shared/project"],
  ])("%s is found", async (path, expected) => {
    using bed = makeBed();
    expect(await attempt(bed, path.replace("ROOT", bed.root))).toBe(expected);
  });

  test.each([
    "..",
    "../outside",
    "../missing",
    "inner/../../outside",
    "ROOT/workshop",
    "ROOT/workshop/secret",
    "ROOT/work/../workshop",
    "ROOT/sharedx",
    "ROOT/WORK",
    "ROOT/work./inner",
    "ROOT/work /inner",
    "link-out",
    "link-out/missing",
    "link-out/..",
    "link-nowhere",
    "link-nowhere/deeper",
    "loop",
    "/",
    "/etc",
    "/etc/passwd",
    "/nowhere/at/all",
    "/proc/self/root",
    "/proc/self/cwd",
    "/dev/fd/0",
  ])("%s is refused in one and the same way", async (path) => {
    using bed = makeBed();
    // `..` behind a link is taken as written, as shells do; what it leads to is checked like all else.
    const result = await attempt(bed, path.replace("ROOT", bed.root));
    if (path === "link-out/..") return expect(result).toBe("/work");
    expect(result).toMatchObject({
      info: {
        kind: "forbidden",
        message:
          "The folder in 'claude.workingDirectory' lies outside of those that requests may name (setting requests.folders).",
        param: PARAM,
      },
    });
  });

  test.each([
    ["inner/missing", "There is no such folder."],
    ["INNER", "There is no such folder."],
    ["inner\\deep", "There is no such folder."],
    ["inner.", "There is no such folder."],
    ["file.txt/", "It is not a folder"],
    ["file.txt", "It is not a folder"],
    ["file.txt/deeper", "There is no such folder."],
    ["inner/\0/../../outside", "NUL"],
    ["~", "`~` is not expanded"],
    ["~/inner", "`~` is not expanded"],
    ["~root", "`~` is not expanded"],
    ["", "The path is empty."],
    ["x".repeat(5000), "too long"],
    ["x".repeat(300), "There is no such folder."],
    ["file:///etc", "There is no such folder."],
  ])("%j is told as wrong", async (path, message) => {
    using bed = makeBed();
    expect(await attempt(bed, path)).toMatchObject({
      info: { kind: "invalid-request", message: expect.stringContaining(message), param: PARAM },
    });
  });

  test("one that cannot be read, but by root", async () => {
    using bed = makeBed();
    const inner = join(bed.workspace, "inner");
    chmodSync(inner, 0o000);
    const found = await attempt(bed, "inner");
    if (process.getuid?.() === 0) expect(found).toBe("/work/inner");
    else expect(found).toMatchObject({ info: { kind: "invalid-request" } });
    chmodSync(inner, 0o755);
  });

  test("an allowed folder that is swapped for a link does not widen what is allowed", async () => {
    using bed = makeBed();
    const shared = join(bed.root, "shared");
    renameSync(shared, join(bed.root, "was-shared"));
    symlinkSync(join(bed.root, "workshop"), shared);
    expect(await attempt(bed, `${shared}/secret`)).toMatchObject({ info: { kind: "forbidden" } });
  });
});

describe("the folder that a turn works in", () => {
  test("is the workspace itself without isolation", async () => {
    using bed = makeBed();
    expect(await bed.folders().open(conversation("one"), bed.profile(), NEVER)).toBe(bed.workspace);
  });

  test.each([
    ["deleted", (path: string) => rmSync(path, { recursive: true })],
    [
      "swapped for a link",
      (path: string) => {
        rmSync(path, { recursive: true });
        symlinkSync("/etc", path);
      },
    ],
    [
      "below a folder that was swapped for a link",
      (path: string) => {
        renameSync(join(path, ".."), join(path, "../../elsewhere"));
        symlinkSync("elsewhere", join(path, ".."));
      },
    ],
  ])("is not one that was %s since it was resolved", async (_name, spoil) => {
    using bed = makeBed();
    const folders = bed.folders();
    const workspace = await folders.resolve("inner/deep", bed.profile(), PARAM);
    spoil(workspace);
    for (const profile of [
      bed.profile({ workspace }),
      bed.profile({ workspace, isolation: "worktree" }),
      bed.profile({ workspace, isolation: "copy" }),
      bed.profile({ additionalDirectories: [workspace] }),
    ]) {
      const opening = folders.open(conversation("one"), profile, NEVER);
      await expect(opening).rejects.toMatchObject({
        info: { kind: "engine-failed", message: expect.stringMatching(/^(?!.*\/).*'agent' is gone/) },
      });
    }
  });
});

import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { doctor } from "./doctor.ts";

/** What can be mounted is mounted there; the folder is gone when the test ends. */
function makeDisk(): { readonly disk: string; readonly problem: string | undefined } {
  const disk = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-disk-")));
  const args = ["-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", disk];
  const { status, stderr, error } = spawnSync("mount", args, { encoding: "utf8" });
  onTestFinished(() => {
    if (status === 0) expect(spawnSync("umount", [disk]).status).toBe(0);
    rmSync(disk, { recursive: true });
  });
  return { disk, problem: status === 0 ? undefined : `no disk can be mounted: ${error ?? stderr}` };
}

test.skipIf(process.platform !== "linux")("a disk that is full, or only for reading", async ({ skip }) => {
  const { disk, problem } = makeDisk();
  if (problem !== undefined) skip(problem);
  const on = (name: string) => join(disk, name);
  for (const name of ["data", "tmp", "work"]) mkdirSync(on(name), { mode: 0o700 });
  writeFileSync(on("turnpike.log"), "");
  const fake = new FakeContext(disk);
  fake.environment = { TMPDIR: on("tmp") };
  /** The report, from settings that put all of it there. */
  const examine = async (logFile = "turnpike.log") => {
    fake.printed.length = 0;
    const flags = { dataDir: on("data"), workspace: on("work"), "log.file": on(logFile), "server.port": "0" };
    const code = await doctor({ flags }, { isJson: false, isLive: false }, fake.context);
    return { code, report: fake.printed.join("\n") };
  };

  const scarce = await examine();
  expect(scarce.code).toBe(0);
  expect(scarce.report).toMatch(/^warn .*\/data has only [01] MiB left\.\n +-> Make room, or: .*--data-dir/m);
  expect(scarce.report).toMatch(/^warn .*\/tmp has only [01] MiB left\.\n +-> Make room, or: .*TMPDIR/m);

  fillUp(on("filler"));
  const full = await examine();
  expect(full.code).toBe(1);
  expect(full.report).toMatch(
    /^fail +Data folder .*\/data is on a full disk .*\n +-> Make room, or: .*--data-dir/m,
  );
  expect(full.report).toMatch(
    /^fail +Temp folder .*\/tmp is on a full disk .*\n +-> Make room, or: .*TMPDIR/m,
  );
  expect(full.report).toMatch(
    /^fail +Log .*turnpike\.log is on a full disk\.\n +-> Make room, or: .*--log-file/m,
  );
  expect(full.report).toMatch(/^fail +Workspaces .*\/work .* is on a full disk\.\n +-> Make room/m);
  expect((await examine("new/turnpike.log")).report).toMatch(
    /^fail +Log .* cannot be made: \S+ is on a full disk .*\n +-> Make room, or:/m,
  );
  expect(readdirSync(on("data"))).toEqual([]);

  rmSync(on("filler"));
  expect(spawnSync("mount", ["-o", "remount,ro", disk]).status).toBe(0);
  for (const file of ["turnpike.log", "new/turnpike.log"]) {
    const readOnly = await examine(file);
    expect(readOnly.code).toBe(1);
    expect(readOnly.report).toMatch(
      /^fail +Log .*cannot be written by this user \(EROFS\)\.\n +-> Choose another with --log-file/m,
    );
    expect(readOnly.report).toMatch(/^fail +Data folder .*\/data cannot be written by this user/m);
  }
});

/** Until not a page more fits. */
function fillUp(file: string): void {
  const descriptor = openSync(file, "w");
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  } finally {
    closeSync(descriptor);
  }
}

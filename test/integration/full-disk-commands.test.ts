import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { Daemon } from "./run-daemon.ts";
import { fillDisk, mountDisk } from "./small-disk.ts";
import { makeFolder } from "./start-turnpike.ts";
import { waitFor } from "../wait-for.ts";

// A start of the program for each command.
vi.setConfig({ testTimeout: 300_000 });

const STACK = /^ +at /m;

test("on a full disk commands say so, in a line, and all works again when there is room", async ({
  skip,
}) => {
  const disk = await mountDisk();
  if (disk === undefined) return skip("only who may mount a disk can fill one");
  const TURNPIKE_DATA_DIR = join(disk, "data");
  const daemon = new Daemon({ folder: await makeFolder(), environment: { TURNPIKE_DATA_DIR } });
  expect(await daemon.run("start", "--demo")).toMatchObject({ code: 0 });
  const { pid } = await daemon.status();
  process.kill(pid, "SIGKILL");
  await waitFor(async () => expect((await daemon.run("status")).code).toBe(3));
  const empty = fillDisk(disk);

  const FULL = /disk\b[^\n]* full/;
  expect(await daemon.run("status")).toMatchObject({ code: 3, stderr: "" });
  expect(await daemon.run("stop")).toMatchObject({ code: 0, stderr: "" });
  const failing = [["start"], ["keys", "create", "ci"], ["users", "invite", "ada"], ["trust", daemon.folder]];
  for (const command of failing) {
    const { code, stderr } = await daemon.run(...command);
    expect([command, code, stderr]).toEqual([command, 1, expect.stringMatching(FULL)]);
    expect(stderr).not.toMatch(STACK);
  }
  const { stdout } = await daemon.run("doctor", "--demo");
  expect(stdout).toMatch(/fail +Data folder[^]*full disk[^]*Make room/);
  expect(stdout).toMatch(/ok +Database/);

  empty();
  expect(await daemon.run("start", "--demo")).toMatchObject({ code: 0 });
  expect(await daemon.status()).toMatchObject({ state: "ready" });
});

test.skipIf(!existsSync("/dev/full"))(
  "a command whose output does not fit on the disk has failed, and says so; a reader that leaves is no fault",
  async () => {
    const TURNPIKE = [process.execPath, join(import.meta.dirname, "../../bin/turnpike.cjs")];
    const HOME = await makeFolder();
    const run = (line: string) =>
      spawnSync("sh", ["-c", line, ...TURNPIKE], {
        env: { PATH: process.env["PATH"], HOME },
        encoding: "utf8",
      });
    for (const command of ["config show --json", "completion bash", "--help"]) {
      const { status, stderr } = run(`"$0" "$1" ${command} > /dev/full`);
      expect([command, status, stderr]).toEqual([
        command,
        1,
        "Not all of the output could be written: the disk is full.\n",
      ]);
    }
    const left = run(`{ "$0" "$1" config show; echo "code $?" >&2; } | true`);
    expect(left.stderr).toBe("code 0\n");
  },
);

test("where the database is none, commands say so, in a line and for programs", async () => {
  const daemon = new Daemon({ folder: await makeFolder() });
  expect(await daemon.run("start", "--demo")).toMatchObject({ code: 0 });
  // What its server refuses says of which kind that is.
  const refused = await daemon.run("cancel", "turn_none", "--json");
  expect(JSON.parse(refused.stdout)).toEqual({
    error: {
      code: "not_found",
      message: "There is no turn with this id among those under way and the latest.",
    },
  });
  expect(await daemon.run("keys", "revoke", "nobody", "--json")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('"code": "not_found"'),
  });
  await daemon.run("stop");

  for (const name of ["turnpike.db", "requests.db"])
    writeFileSync(join(daemon.dataDir, name), "This is a text. ".repeat(400));
  for (const command of [["keys", "list"], ["users", "list"], ["conversations"], ["usage"], ["requests"]]) {
    const { code, stdout, stderr } = await daemon.run(...command, "--json");
    expect([command, code, stderr]).toEqual([
      command,
      1,
      expect.stringMatching(/^The database file .* cannot be used: file is not a database/),
    ]);
    expect(stderr).not.toMatch(STACK);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "unavailable", message: stderr.trim() } });
  }
});

import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { runProgram } from "../turnpike.ts";
import { waitFor } from "../../../test/wait-for.ts";

/** In place of a server: says who it is, and never answers. */
const MUTE =
  "require('fs').writeFileSync(process.env.PID_FILE, `${process.pid}\\n`); setInterval(() => {}, 1000);";

test("Ctrl-C in the very first start shows the keys that were made, and says that the server goes on", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pidFile = join(folder, "pid");
  const fake = new FakeContext(folder);
  fake.environment = { PID_FILE: pidFile, TURNPIKE_DATA_DIR: join(folder, "data") };
  const launch = { command: [process.execPath, "-e", MUTE, "--"], args: ["start"] };
  const exitCode = runProgram(["start"], { ...fake.context, launch });
  const started = () => existsSync(pidFile) && readFileSync(pidFile, "utf8").endsWith("\n");
  await waitFor(() => expect(started()).toBe(true));
  const processId = Number(readFileSync(pidFile, "utf8"));
  onTestFinished(() => void process.kill(processId, "SIGKILL"));

  fake.events.emit("SIGINT");
  expect(await exitCode).toBe(130);
  const errors = fake.errors.join("\n");
  const [key = "", ...others] = errors.match(/tp-approver-[\w-]{43}/g) ?? [];
  expect([key.length, others]).toEqual(["tp-approver-".length + 43, []]);
  expect(errors).toMatch(/API key +tp-[\w-]{43}/);
  expect(errors).toMatch(/goes on starting in the background\. turnpike status --data-dir \S+ tells/);
  expect(process.kill(processId, 0)).toBe(true);
  expect(fake.events.eventNames()).toEqual([]);
});

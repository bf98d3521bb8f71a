import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, onTestFinished, test } from "vitest";

import { OutputValve } from "./output-valve.ts";
import { waitUntil } from "../../../test/wait-for.ts";

const MEBIBYTE = 1024 * 1024;

/** A process that writes this much as fast as it can. */
function startWriter(bytes: number) {
  const child = spawn("head", ["-c", String(bytes), "/dev/zero"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const received = { bytes: 0 };
  const valve = new OutputValve(child);
  child.stdout.on("data", (chunk: Buffer) => {
    received.bytes += chunk.length;
  });
  return { child, valve, received, ended };
}

test("what nobody takes stops coming, and comes once it is taken", async () => {
  const { valve, received, ended } = startWriter(4 * MEBIBYTE);
  await waitUntil(() => valve.isShut);
  expect(received.bytes).toBeLessThan(MEBIBYTE);

  while (received.bytes < 4 * MEBIBYTE) {
    await waitUntil(() => valve.isShut || received.bytes === 4 * MEBIBYTE);
    valve.open();
  }
  expect(await ended).toEqual([0, null]);
});

test("a message that its reader waits for comes whole, however long", async () => {
  const { valve, received, ended } = startWriter(4 * MEBIBYTE);
  valve.beginWait();
  expect(await ended).toEqual([0, null]);
  await waitUntil(() => received.bytes === 4 * MEBIBYTE);
  expect(valve.isFull).toBe(true);
  expect(valve.isShut).toBe(false);
});

test("a released process is never held up again", async () => {
  const { valve, received, ended } = startWriter(4 * MEBIBYTE);
  await waitUntil(() => valve.isShut);
  valve.release();
  expect(await ended).toEqual([0, null]);
  await waitUntil(() => received.bytes === 4 * MEBIBYTE);
});

test("a process that was stopped and goes on does not count as killed", async () => {
  const { child, valve, ended } = startWriter(4 * MEBIBYTE);
  await waitUntil(() => valve.isStopped);
  expect(child.killed).toBe(false);
  valve.release();
  expect(await ended).toEqual([0, null]);
});

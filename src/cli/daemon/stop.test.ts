import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { delay } from "../../lib/time.ts";
import { runProgram } from "../turnpike.ts";

const SERVER = join(import.meta.dirname, "../../../test/cli/half-deaf-server.ts");

/** A process that has a data folder and tells how it is, but says nothing to these requests. */
async function startHalfDeaf(deafTo: readonly string[], environment: Record<string, string> = {}) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
  const dataDir = join(folder, "data");
  mkdirSync(dataDir, { mode: 0o700 });
  const child = spawn(process.execPath, [SERVER, dataDir, ...deafTo], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  });
  await once(child.stdout, "data");
  const fake = new FakeContext(folder);
  fake.environment = { TURNPIKE_DATA_DIR: dataDir };
  // What waits for an end is to have an end itself.
  const startedAt = performance.now();
  Object.defineProperty(fake, "now", { get: () => performance.now() - startedAt });
  return { fake, child, ended, run: (...args: readonly string[]) => runProgram(args, fake.context) };
}

test.skipIf(process.platform !== "linux")(
  "a server that takes the connection and does not answer is told of, and ended by stop",
  async () => {
    const { fake, child, ended, run } = await startHalfDeaf(["/admin/api/stop"]);
    const errors = () => fake.errors.splice(0).join("\n");
    expect(await run("restart")).toBe(1);
    expect(errors()).toMatch(
      new RegExp(
        `^A Turnpike \\(process ${child.pid}\\) has the data folder \\S+ but does not answer: .* End it with turnpike stop --now --data-dir \\S+\\.$`,
      ),
    );
    expect(child.exitCode ?? child.signalCode).toBeNull();

    expect(await run("stop")).toBe(0);
    expect(errors()).toContain(`(process ${child.pid}) has the data folder`);
    expect(fake.printed.join("\n")).toContain(`Turnpike (process ${child.pid}) has stopped.`);
    expect(await ended).toEqual([null, "SIGTERM"]);
  },
);

test.skipIf(process.platform !== "linux")(
  "one that has taken the order and cannot tell any more what it finishes first, is waited for",
  async () => {
    const { fake, child, ended, run } = await startHalfDeaf(["/admin/api/runs"]);
    const stopping = run("stop");
    // By then the order has been given.
    while (!existsSync(join(fake.environment["TURNPIKE_DATA_DIR"] ?? "", "told"))) await delay(20);
    child.kill("SIGTERM");
    expect(await stopping).toBe(0);
    expect(fake.errors).toEqual([]);
    expect(await ended).toEqual([null, "SIGTERM"]);
  },
);

test.skipIf(process.platform !== "linux")(
  "one that ends at the order, without a word, has stopped",
  async () => {
    const { fake, ended, run } = await startHalfDeaf([], { ENDS_AT: "/admin/api/stop" });
    expect([await run("stop"), fake.errors]).toEqual([0, []]);
    expect(fake.printed.join("\n")).toContain("has stopped.");
    expect(await ended).toEqual([0, null]);
  },
);

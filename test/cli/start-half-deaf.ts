import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { runProgram } from "../../src/cli/turnpike.ts";
import { FakeContext } from "./fake-context.ts";

const SERVER = join(import.meta.dirname, "half-deaf-server.ts");

/** A process that has a data folder and tells how it is, as one of an earlier release, but says nothing to these requests. */
export async function startHalfDeaf(
  deafTo: readonly string[] = [],
  environment: Record<string, string> = {},
) {
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

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { lockDataFolder } from "./lock-data-folder.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "turnpike-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test("a second server is told who has the folder; after the first it may have it", () => {
  {
    using _lock = lockDataFolder(dataDir);
    expect(() => lockDataFolder(dataDir)).toThrow(
      `The data folder ${dataDir} is in use by another Turnpike (process ${process.pid}). ` +
        "Stop that one, or give this one its own with --data-dir.",
    );
  }
  expect(existsSync(join(dataDir, "server.pid"))).toBe(false);
  lockDataFolder(dataDir)[Symbol.dispose]();
});

test("a server that was killed leaves no lock behind", async () => {
  const script = `
    import { lockDataFolder } from ${JSON.stringify(new URL("./lock-data-folder.ts", import.meta.url).href)};
    globalThis.lock = lockDataFolder(${JSON.stringify(dataDir)});
    console.log("locked");
    process.stdin.resume();`;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(holder, "exit");
  await once(holder.stdout, "data");
  expect(() => lockDataFolder(dataDir)).toThrow(`(process ${holder.pid})`);
  holder.kill("SIGKILL");
  await exited;
  lockDataFolder(dataDir)[Symbol.dispose]();
});

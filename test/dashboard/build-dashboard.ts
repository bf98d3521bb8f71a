import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { BROWSER } from "./browser.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Before the first of these tests: they look at the sources as they are, not at an earlier build. */
export async function setup(): Promise<void> {
  if (BROWSER.type === "missing") return;
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  await promisify(execFile)(process.execPath, [vite, "build", "dashboard", "--logLevel", "warn"], {
    cwd: ROOT,
  });
}

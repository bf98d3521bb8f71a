import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { BROWSER } from "./browser.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Before the first of these tests: they look at the sources as they are, not at an earlier build. */
export async function setup(): Promise<void> {
  if (BROWSER.type === "missing" || process.env["TURNPIKE_TEST_BUILT"] !== undefined) return;
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  await promisify(execFile)(process.execPath, [vite, "build", "dashboard", "--logLevel", "warn"], {
    cwd: ROOT,
  });
  // Several projects ask for it.
  process.env["TURNPIKE_TEST_BUILT"] = "1";
}

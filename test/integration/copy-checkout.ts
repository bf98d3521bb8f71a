import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "..", "..");

/** Copies to `folder` what git would have of this checkout: nothing that is installed or built. */
export async function copyCheckout(folder: string): Promise<void> {
  const list = ["ls-files", "-co", "--exclude-standard"];
  const { stdout } = await promisify(execFile)("git", list, { cwd: ROOT });
  for (const file of stdout.trim().split("\n")) {
    if (!existsSync(join(ROOT, file))) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(folder, file));
  }
}

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * A process's memory in bytes: its proportional set size where the system reports it (Linux), otherwise its resident set size.
 * Undefined when the process is gone or the system does not tell.
 */
export async function readProcessMemory(processId: number): Promise<number | undefined> {
  if (process.platform === "win32") return undefined;
  try {
    if (process.platform === "linux") {
      const rollup = await readFile(`/proc/${processId}/smaps_rollup`, "utf8");
      return kibibytes(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]);
    }
    const { stdout } = await run("ps", ["-o", "rss=", "-p", String(processId)]);
    return kibibytes(stdout.trim());
  } catch {
    // The process is gone, or we may not inspect it: there is nothing to report.
    return undefined;
  }
}

function kibibytes(digits: string | undefined): number | undefined {
  return digits === undefined || digits === "" ? undefined : Number(digits) * 1024;
}

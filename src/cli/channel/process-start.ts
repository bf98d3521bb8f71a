import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * When a process started, in the system's own words; with its id it names one process for good. Undefined when there is none, or
 * when the system does not tell.
 */
export async function readProcessStart(processId: number): Promise<string | undefined> {
  try {
    if (process.platform !== "linux") {
      const options = { env: { PATH: "/bin:/usr/bin" } };
      const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(processId)], options);
      return stdout.trim() || undefined;
    }
    const line = await readFile(`/proc/${processId}/stat`, "utf8");
    // The name, in brackets, may hold anything.
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    // A process that has ended and is not yet waited for runs nothing.
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

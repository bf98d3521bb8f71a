import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A process's resident memory in bytes. */
export async function readResidentMemory(processId: number): Promise<number> {
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(processId)]);
  return Number(stdout.trim()) * 1024;
}

import { execFile } from "node:child_process";
import { readdir, readlink, realpath } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * Whether a process has a file open. False when the system does not tell: a process of another user, or Windows. Tells a server
 * from another program that has got its id.
 */
export async function holdsFile(processId: number, file: string): Promise<boolean> {
  try {
    const real = await realpath(file);
    if (process.platform === "linux") return await holdsOnLinux(processId, real);
    if (process.platform === "darwin") return await holdsOnMacos(processId, real);
  } catch {
    // It has ended, or is none of ours.
  }
  return false;
}

async function holdsOnLinux(processId: number, file: string): Promise<boolean> {
  const folder = `/proc/${processId}/fd`;
  for (const descriptor of await readdir(folder)) {
    if ((await readlink(`${folder}/${descriptor}`).catch(() => "")) === file) return true;
  }
  return false;
}

const LSOF_TIMEOUT_MS = 3000;

async function holdsOnMacos(processId: number, file: string): Promise<boolean> {
  const options = { timeout: LSOF_TIMEOUT_MS };
  const { stdout } = await promisify(execFile)("lsof", ["-a", "-p", String(processId), "-Fn", file], options);
  return stdout.split("\n").includes(`p${processId}`);
}

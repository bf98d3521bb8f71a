import { readdir, readFile } from "node:fs/promises";

export interface ClaudeProcess {
  readonly processId: number;
  readonly commandLine: string;
}

/** The Claude Code processes that this test process has started and that still run. Linux only. */
export async function claudeProcesses(): Promise<ClaudeProcess[]> {
  const processIds = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(processIds.map(readOwnChild));
  return found.filter((child) => child !== undefined);
}

async function readOwnChild(processId: number): Promise<ClaudeProcess | undefined> {
  try {
    const status = await readFile(`/proc/${processId}/status`, "utf8");
    if (Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]) !== process.pid || /^State:\s+Z/m.test(status)) return;
    const commandLine = await readFile(`/proc/${processId}/cmdline`, "utf8");
    return commandLine.includes("--output-format\0stream-json") ? { processId, commandLine } : undefined;
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

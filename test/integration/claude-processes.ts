import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

import { API_KEY, type Turnpike } from "./start-turnpike.ts";

export interface ClaudeProcess {
  readonly processId: number;
  readonly commandLine: string;
}

const run = promisify(execFile);

/** The Claude Code processes that this test process has started and that still run. */
export async function claudeProcesses(): Promise<ClaudeProcess[]> {
  const children = process.platform === "linux" ? await readChildren() : await listChildren();
  return children.filter(({ commandLine }) => commandLine.includes("stream-json"));
}

export async function runningProcessIds(): Promise<number[]> {
  return (await claudeProcesses()).map((child) => child.processId);
}

/** The process of a conversation's session, as its owner is told. */
export async function processIdOf(
  turnpike: Turnpike,
  conversation: string,
  apiKey = API_KEY,
): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await turnpike.fetch(`/conversations/${conversation}`, { headers });
  // Proof: the shape of `ConversationDetailsBody`.
  const { session } = (await response.json()) as { session: { process_id: number } | null };
  return session?.process_id;
}

async function readChildren(): Promise<ClaudeProcess[]> {
  const processIds = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(processIds.map(readOwnChild));
  return found.filter((child) => child !== undefined);
}

async function readOwnChild(processId: number): Promise<ClaudeProcess | undefined> {
  try {
    const status = await readFile(`/proc/${processId}/status`, "utf8");
    if (Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]) !== process.pid || /^State:\s+Z/m.test(status)) return;
    return { processId, commandLine: await readFile(`/proc/${processId}/cmdline`, "utf8") };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

async function listChildren(): Promise<ClaudeProcess[]> {
  const { stdout } = await run("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="]);
  return stdout.split("\n").flatMap((line) => {
    const [, processId, parentId, commandLine = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parentId) === process.pid ? [{ processId: Number(processId), commandLine }] : [];
  });
}

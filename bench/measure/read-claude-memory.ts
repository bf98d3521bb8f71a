import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { readProcessMemory } from "../../src/lib/process-memory.ts";

const run = promisify(execFile);

/** The memory in bytes, shared pages counted once, of all Claude Code processes that this server has started and that live. */
export async function readClaudeMemory(serverProcessId: number): Promise<number> {
  const { stdout } = await run("ps", ["-e", "-o", "pid=,ppid=,comm="]);
  const processes = stdout.split("\n").map((line) => {
    const [id, parentId, name] = line.trim().split(/\s+/);
    return { id: Number(id), parentId: Number(parentId), name };
  });
  const own = processes.filter(({ parentId, name }) => parentId === serverProcessId && name === "claude");
  if (own.length === 0) throw new Error("The server has no Claude Code process whose memory could be read.");
  const sizes = await Promise.all(own.map(({ id }) => readProcessMemory(id)));
  return sizes.reduce<number>((sum, bytes = 0) => sum + bytes, 0);
}

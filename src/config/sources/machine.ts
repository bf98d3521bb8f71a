import { availableParallelism, homedir, totalmem } from "node:os";

/** What defaults depend on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  readonly currentDir: string;
  readonly cores: number;
  /** What this process may use: a container's limit where there is one. */
  readonly memoryBytes: number;
  /** Who runs the server, where the system counts users; 0 is root. */
  readonly userId?: number;
}

export function describeMachine(): Machine {
  // 0 when nothing constrains the process, and a huge number under some cgroup versions.
  const limit = process.constrainedMemory();
  const userId = process.getuid?.();
  return {
    platform: process.platform,
    homeDir: homedir(),
    currentDir: process.cwd(),
    cores: availableParallelism(),
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    ...(userId !== undefined && { userId }),
  };
}

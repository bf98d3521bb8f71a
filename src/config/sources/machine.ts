import { availableParallelism, homedir, totalmem } from "node:os";

/** The facts about the machine that defaults depend on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  readonly currentDir: string;
  readonly cores: number;
  /** Memory available to this process: a container's limit where there is one. */
  readonly memoryBytes: number;
  /** The user who runs the server, on systems with numeric user ids; 0 is root. */
  readonly userId?: number;
}

export function describeMachine(): Machine {
  // 0 when the process has no limit, and a huge number under some cgroup versions.
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

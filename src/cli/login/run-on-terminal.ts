import { spawn } from "node:child_process";
import { once } from "node:events";

import type { Environment } from "../../config/sources/process-environment.ts";

/**
 * Hands the terminal to another program until it ends, and resolves with its exit code. It gets the person's own environment:
 * it may want to open a browser.
 * @throws the system's error when it cannot be started
 */
export async function runOnTerminal(
  program: string,
  args: readonly string[],
  environment: Environment,
): Promise<number> {
  const child = spawn(program, args, { stdio: "inherit", env: { ...environment } });
  // Proof: the arguments of a child process's event "exit".
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

import { spawn } from "node:child_process";
import { closeSync } from "node:fs";

import { SUPERVISED_VARIABLE } from "../../config/sources/read-environment-settings.ts";
import type { CommandContext } from "../command-context.ts";
import { openOutput, outputFile, readLastLines } from "./server-log.ts";

export interface SpawnedServer {
  readonly processId: number;
  /** Whether it has ended. */
  readonly hasEnded: () => boolean;
  /** The last lines of what it has printed. */
  readonly lastLines: () => readonly string[];
}

/** How much of its log somebody is shown whose server does not start. */
const SHOWN_LINES = 20;

/**
 * Starts `turnpike serve` in the background: in a session of its own, so that it outlives the terminal.
 * @param args - the settings, as for `serve`
 */
export async function spawnServer(
  args: readonly string[],
  dataDir: string,
  { launch, environment }: Pick<CommandContext, "launch" | "environment">,
  folder?: string,
): Promise<SpawnedServer> {
  const { descriptor, from } = openOutput(dataDir);
  const [program = "", ...before] = launch.command;
  let hasEnded = false;
  try {
    const child = spawn(program, [...before, "serve", ...args], {
      detached: true,
      stdio: ["ignore", descriptor, descriptor],
      // Nothing starts this one again, even where something does so with the one that starts it.
      env: { ...environment, [SUPERVISED_VARIABLE]: undefined },
      windowsHide: true,
      ...(folder !== undefined && { cwd: folder }),
    });
    child.once("exit", () => (hasEnded = true));
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", () => resolve());
      child.once("error", reject);
    });
    child.unref();
    return {
      // Proof for the fallback: a process that was spawned has an id.
      processId: child.pid ?? 0,
      hasEnded: () => hasEnded,
      lastLines: () => readLastLines(outputFile(dataDir), SHOWN_LINES, from).lines,
    };
  } finally {
    closeSync(descriptor);
  }
}

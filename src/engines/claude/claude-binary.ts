import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { programCall } from "../process/program-call.ts";

const VERSION_TIMEOUT_MS = 20_000;

/** A Claude Code on this machine. */
export interface ClaudeBinary {
  readonly path: string;
  /** What it says of itself, such as `2.1.332 (Claude Code)`. */
  readonly version: string;
}

/**
 * Asks a Claude Code for its version.
 * @throws Error worded for the person who starts the server
 */
export async function examineClaude(
  path: string,
  environment: Readonly<Record<string, string>>,
): Promise<ClaudeBinary> {
  const { command, args } = programCall(path);
  try {
    const options = { timeout: VERSION_TIMEOUT_MS, env: { ...environment } };
    const { stdout } = await promisify(execFile)(command, [...args, "--version"], options);
    return { path, version: versionIn(stdout) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new Error(`${path} cannot be started (${code}).`, { cause: error });
  }
}

/** A script that starts Claude Code may say something of its own first. */
function versionIn(output: string): string {
  return /^\d+\.\d+\.\d+.*$/m.exec(output)?.[0].trim() ?? output.trim();
}

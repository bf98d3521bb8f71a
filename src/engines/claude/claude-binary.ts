import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { programCall } from "../process/program-call.ts";

const VERSION_TIMEOUT_MS = 20_000;
const MAX_SHOWN = 100;

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
  let said: string;
  try {
    const options = { timeout: VERSION_TIMEOUT_MS, env: { ...environment } };
    const { stdout } = await promisify(execFile)(command, [...args, "--version"], options);
    said = stdout;
  } catch (error) {
    throw new Error(`${path} cannot be started (${whyNot(error)}).`, { cause: error });
  }
  const version = versionIn(said);
  if (version !== undefined) return { path, version };
  const words = JSON.stringify(said.trim().slice(0, MAX_SHOWN));
  throw new Error(`${path} is no Claude Code: asked for its version, it says ${words}.`);
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, killed } = error as Error & { readonly code?: unknown; readonly killed?: boolean };
  if (killed) return `it does not tell its version within ${VERSION_TIMEOUT_MS / 1000} seconds`;
  if (typeof code === "number") return `asked for its version, it ends with code ${code}`;
  return typeof code === "string" ? code : "it was ended from outside";
}

/** A script that starts Claude Code may say something of its own first. Undefined when this is the version of something else. */
function versionIn(output: string): string | undefined {
  return (/^\d+\.\d+\.\d+.*$/m.exec(output) ?? /^.*\bClaude Code\b.*$/im.exec(output))?.[0].trim();
}

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";

const VERSION_TIMEOUT_MS = 20_000;

export interface ClaudeBinary {
  readonly path: string;
  /** The version that the binary itself reports. */
  readonly version: string;
}

/**
 * The Claude Code that sessions run: the given one, or the one that comes with the Agent SDK.
 * @throws Error worded for the person who starts the server
 */
export async function findClaude(
  executable: string | undefined,
  environment: Readonly<Record<string, string>>,
): Promise<ClaudeBinary> {
  const path = executable ?? findBundled();
  if (path === undefined) {
    const machine = `${process.platform}-${process.arch}`;
    throw new Error(
      `The Agent SDK has no Claude Code for ${machine}. Install Turnpike again with its optional packages (npm: without --omit=optional).`,
    );
  }
  try {
    const options = { timeout: VERSION_TIMEOUT_MS, env: { ...environment } };
    const { stdout } = await promisify(execFile)(path, ["--version"], options);
    return { path, version: stdout.trim() };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new Error(`${path} cannot be started (${code}).`, { cause: error });
  }
}

/** Looks where the SDK itself looks. */
function findBundled(): string | undefined {
  const sdk = "@anthropic-ai/claude-agent-sdk";
  const { resolve } = createRequire(import.meta.resolve(sdk));
  const program = process.platform === "win32" ? "claude.exe" : "claude";
  for (const kind of ["", "-musl"]) {
    try {
      return resolve(`${sdk}-${process.platform}-${process.arch}${kind}/${program}`);
    } catch {
      // This package is for another machine.
    }
  }
  return undefined;
}

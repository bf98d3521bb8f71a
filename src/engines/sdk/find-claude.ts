import { createRequire } from "node:module";

import { type ClaudeBinary, examineClaude } from "../claude/claude-binary.ts";

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
  return examineClaude(path, environment);
}

/** Looks where the SDK itself looks. */
export function findBundled(): string | undefined {
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

import { EngineUnavailable } from "../../core/ports/engine.ts";
import { isOlderVersion } from "../../lib/is-older-version.ts";
import { type ClaudeBinary, examineClaude } from "../claude/claude-binary.ts";
import { findInstalledClaude } from "./find-installed-claude.ts";

/** The oldest release that has all that this engine needs; see docs/operations.md. */
export const OLDEST_VERSION = "2.1.307";

const OTHERWISE = "name another with --claude, or use the one that comes with Turnpike (--engine sdk).";
const INSTALL = `Install it (npm install -g @anthropic-ai/claude-code, or its native installer), ${OTHERWISE}`;
const UPDATE = `Update it (claude update, or npm install -g @anthropic-ai/claude-code), ${OTHERWISE}`;

/**
 * The given Claude Code, or the installed one.
 * @throws EngineUnavailable when there is none, it does not start, or it is too old
 */
export async function requireClaude(
  executable: string | undefined,
  environment: Readonly<Record<string, string>>,
): Promise<ClaudeBinary> {
  const path = executable ?? (await findInstalledClaude(environment));
  if (path === undefined) {
    throw new EngineUnavailable("No claude was found in PATH or where its installers put it.", INSTALL);
  }
  const binary = await examine(path, environment);
  // Without a number in front it counts as new: only what is known to be too old is refused.
  if (!isOlderVersion(binary.version, OLDEST_VERSION)) return binary;
  const [version] = binary.version.split(" ");
  throw new EngineUnavailable(
    `${path} is Claude Code ${version}; the engine cli needs ${OLDEST_VERSION} or newer.`,
    UPDATE,
  );
}

async function examine(path: string, environment: Readonly<Record<string, string>>): Promise<ClaudeBinary> {
  try {
    return await examineClaude(path, environment);
  } catch (cause) {
    throw new EngineUnavailable(cause instanceof Error ? cause.message : String(cause), INSTALL, { cause });
  }
}

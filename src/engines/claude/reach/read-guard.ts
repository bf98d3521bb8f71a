import { join, resolve } from "node:path";

import { isInside } from "../../../lib/is-inside.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { allowsCommand, allowsPath, allowsTool } from "./match-rules.ts";
import { readOperatorRules, settingsFiles } from "./operator-rules.ts";
import { placeOfCommand } from "./place-of-command.ts";
import { readingsOf } from "./real-path.ts";
import { type Place, placeOf, type Reach, settleReach, worstOf } from "./reach.ts";

export interface ReadGuardOptions {
  /** Absolute paths that nothing may read, with everything inside them except a turn's own folder. */
  readonly privatePaths: readonly string[];
  /** The environment of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly settingSources: readonly ("user" | "project" | "local")[];
}

export interface GuardedTurn {
  /** The workspace, then the additional folders. */
  readonly folders: readonly string[];
  /** Rules for calls that run unasked. */
  readonly allow: readonly string[];
}

export interface GuardedCall {
  readonly toolName: string;
  readonly input: unknown;
  /** The folder in which the call is made. */
  readonly cwd: string;
  readonly sessionId?: string;
}

/** The fields in which Claude Code's reading tools name files and folders. */
const PATH_FIELDS = ["file_path", "notebook_path", "path", "filePath"];
const READING_TOOLS: ReadonlySet<string> = new Set(["Read", "Grep", "Glob", "LS", "NotebookRead", "LSP"]);
/** These tools show what they change. Claude Code decides where they may change it, except for private paths. */
const EDITING_TOOLS: ReadonlySet<string> = new Set(["Edit", "MultiEdit", "Write", "NotebookEdit"]);

/**
 * Where a call of Claude Code's own tools would read. Claude Code itself judges by the form of a path, sets no limit in some
 * modes, and ignores where globs, links inside folders and lists of files lead.
 */
export async function placeOfCall(
  call: GuardedCall,
  { folders, allow }: GuardedTurn,
  { privatePaths, environment, settingSources }: ReadGuardOptions,
): Promise<Place> {
  const { toolName, input, cwd, sessionId } = call;
  const isGuarded = toolName === "Bash" || READING_TOOLS.has(toolName) || EDITING_TOOLS.has(toolName);
  if (!isRecord(input) || !isGuarded) return "inside";
  const [workspace = cwd] = folders;
  const { HOME: home = "/" } = environment;
  const judge = async (rules: readonly string[], opened: readonly string[]): Promise<Place> => {
    const reach = await settleReach({
      folders: [...folders, ...opened],
      privatePaths,
      environment,
      allows: (path) => allowsPath(rules, path, home) || isOwnSkill(path, environment),
      ...(sessionId !== undefined && { sessionId }),
    });
    if (toolName === "Bash") {
      const command = typeof input["command"] === "string" ? input["command"] : "";
      return placeOfCommand(command, cwd, reach, (one) => allowsCommand(rules, one));
    }
    const place = await placeOfInput(call, input, reach, home);
    const isOpen = EDITING_TOOLS.has(toolName) || allowsTool(rules, toolName);
    return place === "outside" && isOpen ? "inside" : place;
  };
  const place = await judge(allow, []);
  if (place !== "outside") return place;
  // Read only when it matters.
  const rules = await readOperatorRules(settingsFiles(settingSources, workspace, environment));
  const opened = rules.directories.map((path) => resolve(workspace, path.replace(/^~(?=\/|$)/, home)));
  return judge([...allow, ...rules.allow], opened);
}

async function placeOfInput(
  { toolName, cwd }: GuardedCall,
  input: Readonly<Record<string, unknown>>,
  reach: Reach,
  home: string,
): Promise<Place> {
  const toPath = (text: string, base = cwd) => resolve(base, text.trim().replace(/^~(?=\/|$)/, home));
  const texts = PATH_FIELDS.map((field) => input[field]).filter((text) => typeof text === "string");
  const paths = texts.flatMap((text) => [toPath(text), ...readingsOf(text, cwd)]);
  const pattern = toolName === "Glob" ? input["pattern"] : undefined;
  if (typeof pattern === "string") {
    const fixed = pattern.replace(/[*?[{].*$/s, "");
    // A pattern that goes upwards after a star may lead anywhere.
    if (pattern.slice(fixed.length).includes("..")) return "outside";
    paths.push(toPath(fixed, paths[0]));
  }
  return worstOf(await Promise.all(paths.map((path) => placeOf(path, reach))));
}

/** A skill comes with files that Claude reads as it goes. */
function isOwnSkill(
  path: string,
  { CLAUDE_CONFIG_DIR, HOME = "/" }: ReadGuardOptions["environment"],
): boolean {
  const folder = CLAUDE_CONFIG_DIR ?? join(HOME, ".claude");
  return ["skills", "plugins"].some((name) => isInside(path, join(folder, name)));
}

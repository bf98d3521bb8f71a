import { realpathSync } from "node:fs";

/** How a program is started: never through a shell. */
export interface ProgramCall {
  readonly command: string;
  readonly args: readonly string[];
}

/** Older releases of Claude Code are a script, which npm links to under the name `claude`. It runs on this program's own Node. */
export function programCall(path: string): ProgramCall {
  return /\.[cm]?js$/i.test(realPath(path))
    ? { command: process.execPath, args: [path] }
    : { command: path, args: [] };
}

/** What is missing is reported when it is started. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

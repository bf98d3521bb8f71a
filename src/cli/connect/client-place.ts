import { existsSync } from "node:fs";
import { posix, win32 } from "node:path";

import type { Machine } from "../../config/sources/machine.ts";
import type { Environment } from "../../config/sources/process-environment.ts";
import { quoteForShell } from "../quote-for-shell.ts";

/** The machine and the person's environment, for finding where clients keep their settings. */
export interface ClientPlace {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly folder: string;
  readonly environment: Environment;
  join(...parts: readonly string[]): string;
  exists(path: string): boolean;
}

export function describePlace(
  { platform, homeDir, currentDir }: Machine,
  environment: Environment,
): ClientPlace {
  const { join } = platform === "win32" ? win32 : posix;
  return { platform, home: homeDir, folder: currentDir, environment, join, exists: existsSync };
}

/** Where programs that keep to the XDG specification have their settings; relative paths do not count. */
export function xdgConfigHome({ environment, home, join }: ClientPlace): string {
  const given = environment["XDG_CONFIG_HOME"] ?? "";
  return posix.isAbsolute(given) ? given : join(home, ".config");
}

/** A file's folder and its name in it. */
export function splitPath({ platform }: ClientPlace, path: string): { folder: string; name: string } {
  const { dirname, basename } = platform === "win32" ? win32 : posix;
  return { folder: dirname(path), name: basename(path) };
}

/** The line that gives a variable a file's content, for the shell of the system. */
export function variableFromFile({ platform }: ClientPlace, name: string, file: string): string {
  if (platform === "win32") return `$env:${name} = Get-Content -Raw ${quoteForPowerShell(file)}`;
  return `export ${name}="$(cat ${quoteForShell(file)})"`;
}

export function variableLine({ platform }: ClientPlace, name: string, value: string): string {
  if (platform === "win32") return `$env:${name} = ${quoteForPowerShell(value)}`;
  return `export ${name}=${quoteForShell(value)}`;
}

/** The line that takes a variable away, whether it is there or not. */
export function noVariableLine({ platform }: ClientPlace, name: string): string {
  return platform === "win32" ? `Remove-Item Env:${name} -ErrorAction Ignore` : `unset ${name}`;
}

function quoteForPowerShell(word: string): string {
  return `'${word.replaceAll("'", "''")}'`;
}

import { posix, win32 } from "node:path";

import type { Machine } from "./machine.ts";
import type { Environment } from "./process-environment.ts";

/** Where each system expects an application to keep its data. */
export function defaultDataDir(machine: Machine, environment: Environment): string {
  const { homeDir, platform } = machine;
  if (platform === "win32") {
    return win32.join(environment["LOCALAPPDATA"] || win32.join(homeDir, "AppData", "Local"), "turnpike");
  }
  if (platform === "darwin") return posix.join(homeDir, "Library", "Application Support", "turnpike");
  // The XDG specification says to ignore relative paths.
  const dataHome = environment["XDG_DATA_HOME"] ?? "";
  return posix.join(
    posix.isAbsolute(dataHome) ? dataHome : posix.join(homeDir, ".local", "share"),
    "turnpike",
  );
}

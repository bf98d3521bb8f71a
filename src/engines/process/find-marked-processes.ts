import { readdir, readFile, stat } from "node:fs/promises";

import { MARKER_VARIABLE } from "./process-marker.ts";

/** Longer environments than this are not a program's usual one, and not worth the memory. */
const MAX_ENVIRONMENT_CHARACTERS = 4 * 1024 * 1024;

/** Other systems do not tell a process's environment, or not reliably. */
export const CAN_FIND_MARKED_PROCESSES = process.platform === "linux";

/** The living processes of this user that carry a marker, by their marker; never this process itself. */
export async function findMarkedProcesses(): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, number[]>();
  if (!CAN_FIND_MARKED_PROCESSES) return found;
  // One after the other: a server with work to do must not notice.
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const marker = await readMarker(`/proc/${name}`);
    if (marker === undefined) continue;
    found.set(marker, [...(found.get(marker) ?? []), Number(name)]);
  }
  return found;
}

async function readMarker(folder: string): Promise<string | undefined> {
  try {
    if ((await stat(folder)).uid !== process.getuid?.()) return undefined;
    const environment = await readFile(`${folder}/environ`, "latin1");
    if (environment.length > MAX_ENVIRONMENT_CHARACTERS) return undefined;
    const start = `\0${environment}`.indexOf(`\0${MARKER_VARIABLE}=`);
    if (start < 0) return undefined;
    return environment.slice(start + MARKER_VARIABLE.length + 1).split("\0", 1)[0];
  } catch {
    // It ended meanwhile, or it is not ours to look at.
    return undefined;
  }
}

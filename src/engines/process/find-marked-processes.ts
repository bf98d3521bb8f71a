import { readdirSync, readFileSync, statSync } from "node:fs";

import { nextTick } from "../../lib/time.ts";
import { MARKER_VARIABLE } from "./process-marker.ts";

/** Linux lets a user read the environments of their own processes. Other systems do not, or not reliably. */
const CAN_READ_ENVIRONMENTS = process.platform === "linux";
/** A batch of this size takes less than a millisecond, during which the server does nothing else. */
const PROCESSES_AT_ONCE = 16;

/** The living processes of this user that carry a marker, grouped by marker; never this process itself. */
export async function findMarkedProcesses(): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, number[]>();
  if (!CAN_READ_ENVIRONMENTS) return found;
  const processIds = readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  for (const [index, processId] of processIds.entries()) {
    // /proc is in memory: reading it in this thread costs a tenth of reading it through another thread.
    if (index % PROCESSES_AT_ONCE === PROCESSES_AT_ONCE - 1) await nextTick();
    const marker = readMarker(`/proc/${processId}`);
    if (marker !== undefined) found.set(marker, [...(found.get(marker) ?? []), Number(processId)]);
  }
  return found;
}

function readMarker(folder: string): string | undefined {
  try {
    if (statSync(folder).uid !== process.getuid?.()) return undefined;
    const environment = `\0${readFileSync(`${folder}/environ`, "latin1")}`;
    const start = environment.indexOf(`\0${MARKER_VARIABLE}=`);
    if (start < 0) return undefined;
    return environment.slice(start + MARKER_VARIABLE.length + 2).split("\0", 1)[0];
  } catch {
    // It has ended meanwhile, or we may not inspect it.
    return undefined;
  }
}

import { join, normalize, sep } from "node:path";

import { isInside } from "../../../lib/is-inside.ts";
import { realPath } from "./real-path.ts";

/** What a turn may read unasked, and what nothing in the turn may read. All paths are absolute. */
export interface Reach {
  /** The workspace and its additional folders. */
  readonly folders: readonly string[];
  /** Private paths, with everything inside them except the turn's own folders. */
  readonly privatePaths: readonly string[];
  /** What else the operator allows Claude Code to read. */
  readonly allows: (realPath: string) => boolean;
  /** The environment in which commands run. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Claude Code stores its own results in folders that are named after this id. */
  readonly sessionId?: string;
}

export type Place = "inside" | "outside" | "private";

/** Devices that hold nobody's data. */
const DEVICES: ReadonlySet<string> = new Set(["/dev/null", "/dev/zero", "/dev/full"]);
const STREAMS: ReadonlySet<string> = new Set(["in", "out", "err"].map((name) => `/dev/std${name}`));
/** Folders in which a path means something else to each process. */
const PROCESS_FOLDERS = ["/proc", join("/dev", "fd")];

/** Replaces the folders and private paths by their real names. */
export async function settleReach(reach: Reach): Promise<Reach> {
  const [folders, privatePaths] = await Promise.all([
    Promise.all(reach.folders.map((path) => realPath(path))),
    Promise.all(reach.privatePaths.map((path) => realPath(path))),
  ]);
  return { ...reach, folders, privatePaths };
}

/** Judges a path by where it really leads, whatever it looks like. The reach must be a settled one. */
export async function placeOf(path: string, reach: Reach): Promise<Place> {
  if (STREAMS.has(path)) return "inside";
  if (isOfProcess(path)) return "outside";
  const real = await realPath(path);
  const holders = reach.folders.filter((folder) => isInside(real, folder));
  const isPrivate = reach.privatePaths.some(
    (one) => isInsideAnyCase(real, one) && !holders.some((folder) => folder !== one && isInside(folder, one)),
  );
  if (isPrivate) return "private";
  if (holders.length > 0 || DEVICES.has(real)) return "inside";
  if (reach.sessionId !== undefined && real.split(sep).includes(reach.sessionId)) return "inside";
  return reach.allows(real) ? "inside" : "outside";
}

/** Whether the meaning of a path depends on the process that asks. */
export function isOfProcess(path: string): boolean {
  return [path, normalize(path)].some((one) => PROCESS_FOLDERS.some((folder) => isInside(one, folder)));
}

/** Some systems take `KEY` and `key` for the same file. */
function isInsideAnyCase(path: string, root: string): boolean {
  return isInside(fold(path), fold(root));
}

function fold(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** The worst of several places. */
export function worstOf(places: readonly Place[]): Place {
  return places.includes("private") ? "private" : places.includes("outside") ? "outside" : "inside";
}

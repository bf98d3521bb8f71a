import { isRecord } from "./is-record.ts";

const CODES: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

/** Whether the file system's error says that nothing more fits on the disk, or into this user's share of it. */
export function saysDiskIsFull(error: unknown): boolean {
  return isRecord(error) && CODES.has(error["code"]);
}

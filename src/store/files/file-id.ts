import { randomBytes } from "node:crypto";

/** 11 hex digits of milliseconds last until the year 2527. */
const TIME_DIGITS = 11;
const RANDOM_BYTES = 8;
const FILE_ID = new RegExp(`^file-[0-9a-f]{${TIME_DIGITS + 2 * RANDOM_BYTES}}$`);

/** A new id. It begins with the time, so that ids sort by age and a list can continue from a deleted file. */
export function newFileId(createdAt: number): string {
  const time = createdAt.toString(16).padStart(TIME_DIGITS, "0");
  return `file-${time}${randomBytes(RANDOM_BYTES).toString("hex")}`;
}

export function isFileId(text: string): boolean {
  return FILE_ID.test(text);
}

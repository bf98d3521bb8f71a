import { chownSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Ids of Debian's, Fedora's and Alpine's `nobody`. */
const NOBODY = 65_534;

/** Whom to run programs as, so that they are not root: options of `spawn`. Tests in containers often are. */
export const OTHER_USER: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Gives that user the folder with all that is in it. */
export function giveToOtherUser(path: string): void {
  const { uid, gid } = OTHER_USER;
  if (uid === undefined || gid === undefined) return;
  chownSync(path, uid, gid);
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), uid, gid);
  }
}

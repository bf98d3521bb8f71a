import { constants } from "node:fs";
import { realpath } from "node:fs/promises";

import { isInside } from "../../../lib/is-inside.ts";
import { openFile } from "../../../lib/open-file.ts";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * The text of a file that really lies in `root` and in nothing that is excluded: a link may have the name of a note and lead to a
 * key. Undefined for everything else, and for a file that is not text or is too big. Waits for nothing, such as a writer of a
 * pipe.
 */
export async function readInside(
  path: string,
  root: string,
  { excluded, maxBytes }: { readonly excluded: readonly string[]; readonly maxBytes: number },
): Promise<{ readonly realPath: string; readonly text: string } | undefined> {
  try {
    const [realPath, realRoot] = await Promise.all([realpath(path), realpath(root)]);
    if (!isInside(realPath, realRoot)) return undefined;
    const realExcluded = await Promise.all(excluded.map((one) => realpath(one).catch(() => one)));
    if (realExcluded.some((one) => isInside(realPath, one))) return undefined;
    await using file = await openFile(realPath, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(stats.size), 0, stats.size, 0);
    const text = buffer.toString("utf8", 0, bytesRead);
    return text.includes("\0") ? undefined : { realPath, text };
  } catch {
    // The file is missing, or this user may not read it.
    return undefined;
  }
}

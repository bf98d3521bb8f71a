import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The files under `folder` that hold one of these contents, as bytes or as base64. Synchronous, so that it can look at the
 * very moment when the model is asked.
 */
export function findCopies(folder: string, contents: readonly string[]): readonly string[] {
  const needles = contents.flatMap((base64) => [Buffer.from(base64, "base64"), Buffer.from(base64)]);
  return filesUnder(folder).filter((path) => {
    const bytes = readIfThere(path);
    return needles.some((needle) => bytes.includes(needle));
  });
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Claude Code writes and removes files of its own all the time. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

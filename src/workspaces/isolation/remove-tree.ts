import { rm } from "node:fs/promises";

/** Deletes a folder even while something still writes to it. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

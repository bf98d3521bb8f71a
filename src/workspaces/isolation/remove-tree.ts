import { rm } from "node:fs/promises";

/** Deletes a folder also while something still writes into it. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

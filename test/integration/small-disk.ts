import { execFileSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { makeFolder } from "./start-turnpike.ts";

/** A disk of its own, of a few megabytes; undefined for who may not mount one. */
export async function mountDisk(): Promise<string | undefined> {
  const folder = await makeFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", ["--lazy", folder]));
  return folder;
}

/** Leaves no room on a small disk. Returns what makes room again. */
export function fillDisk(folder: string): () => void {
  const { bavail, bsize } = statfsSync(folder);
  const filler = join(folder, "filler");
  writeFileSync(filler, Buffer.alloc(bavail * bsize));
  return () => rmSync(filler);
}

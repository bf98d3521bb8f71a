import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A file for as long as Claude Code needs to read it. */
export interface PrivateFile extends AsyncDisposable {
  readonly path: string;
}

/** Writes a file that only its owner can read, in a folder that only its owner can look into. */
export async function writePrivateFile(folder: string, name: string, text: string): Promise<PrivateFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

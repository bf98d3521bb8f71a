import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { ConfigError } from "../../config/config-error.ts";
import { followLinks } from "../../lib/follow-links.ts";
import { isRecord } from "../../lib/is-record.ts";
import { replaceFile } from "../../lib/replace-file.ts";

export type JsonFile = Readonly<Record<string, unknown>>;

/**
 * Reads a settings file; one that is not there is empty.
 * @throws ConfigError when it is no JSON object: then it is left alone
 */
export async function readJsonFile(path: string): Promise<JsonFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new ConfigError([`${path} cannot be read. Make it readable, or name another place.`], {
      cause: error,
    });
  }
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Told below.
  }
  throw new ConfigError([
    `${path} is not a JSON object, so nothing is added to it. Mend it, or move it away.`,
  ]);
}

/**
 * Replaces the file as a whole, through symbolic links, so that nobody reads half of it. A new one is for this user only, as is one that holds a secret;
 * another keeps its mode.
 */
export async function writeJsonFile(path: string, value: JsonFile, isSecret: boolean): Promise<void> {
  await mkdir(dirname(await followLinks(path)), { recursive: true });
  const mode = await stat(path).then(
    (stats) => stats.mode & (isSecret ? 0o700 : 0o777),
    () => 0o600,
  );
  await replaceFile(path, `${JSON.stringify(value, undefined, 2)}\n`, mode);
}

import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { ConfigError } from "../../config/config-error.ts";
import { followLinks } from "../../lib/follow-links.ts";
import { isRecord } from "../../lib/is-record.ts";
import { DeviceError, requireNoDevice } from "../../lib/require-no-device.ts";
import { replaceFiles } from "../../lib/replace-file.ts";
import { ensureFolder } from "../../lib/ensure-folder.ts";
import { codeOf } from "../../lib/error-code.ts";

export type JsonFile = Readonly<Record<string, unknown>>;

/**
 * Reads a settings file; one that is not there is empty.
 * @throws ConfigError when it is no JSON object: then it is left alone
 */
export async function readJsonFile(path: string): Promise<JsonFile> {
  let text: string;
  try {
    await requireNoDevice(path);
    text = await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return {};
    if (error instanceof DeviceError)
      throw new ConfigError(
        [`${path} is left alone: ${error.message}. Move it away, or name another place.`],
        {
          cause: error,
        },
      );
    throw new ConfigError([`${path} cannot be read. Make it readable, or name another place.`], {
      cause: error,
    });
  }
  // Editors of Windows write a byte order mark; to `trim` it is a blank.
  const json = text.trim();
  if (json === "") return {};
  try {
    const value: unknown = JSON.parse(json);
    if (isRecord(value)) return value;
  } catch {
    // Told below.
  }
  throw new ConfigError([
    `${path} is not a JSON object, so nothing is added to it. Mend it, or move it away.`,
  ]);
}

export interface NewJson {
  readonly path: string;
  readonly value: JsonFile;
  readonly isSecret: boolean;
}

/**
 * Replaces the files as a whole, through symbolic links, so that nobody reads half of one. A new one is for this user only, as is one that
 * holds a secret; another keeps its mode.
 * @throws ConfigError when one of them cannot be written: then all are as they were
 */
export async function writeJsonFiles(files: readonly NewJson[]): Promise<void> {
  try {
    const made = [];
    for (const { path, value, isSecret } of files) {
      await ensureFolder(dirname(await followLinks(path)));
      const mode = await stat(path).then(
        (stats) => stats.mode & (isSecret ? 0o700 : 0o777),
        () => 0o600,
      );
      made.push({ path, content: `${JSON.stringify(value, undefined, 2)}\n`, mode });
    }
    await replaceFiles(made);
  } catch (error) {
    const code = codeOf(error) ?? "unknown error";
    const paths = files.map(({ path }) => path).join(" and ");
    const folders = [...new Set(files.map(({ path }) => dirname(path)))].join(" and ");
    throw new ConfigError(
      [
        `${paths} cannot be written (${code}), so both are left as they were. Make ${folders} writable, or name another place with --into.`,
      ],
      { cause: error },
    );
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../lib/replace-file.ts";

import { z } from "zod";

import { ConfigError } from "../config-error.ts";
import { saysDiskIsFull } from "../../lib/says-disk-is-full.ts";
import { prepareDataFolder } from "../data-folder/prepare-data-folder.ts";
import { codeOf } from "../../lib/error-code.ts";

/** The operator's decisions about folders, each an absolute real path. */
export interface TrustList {
  readonly trusted: readonly string[];
  /** The operator was asked at a start and declined. */
  readonly declined: readonly string[];
}

const paths = z.array(z.string());
const schema = z.strictObject({ trusted: paths, declined: paths });

const NOTHING: TrustList = { trusted: [], declined: [] };

/** In the data folder, where no tool of Claude Code can read or write it. */
export function trustFile(dataDir: string): string {
  return join(dataDir, "trusted-folders.json");
}

/** Empty when the file does not exist. @throws Error when it cannot be read or has another content */
export function readTrustFile(dataDir: string): TrustList {
  try {
    return schema.parse(JSON.parse(readFileSync(trustFile(dataDir), "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return NOTHING;
    throw new Error("The list of trusted folders cannot be read.", { cause: error });
  }
}

/**
 * Changes the list atomically: a running server always reads a complete file.
 * @throws ConfigError when the file cannot be read or written
 */
export async function changeTrustFile(
  dataDir: string,
  change: (list: TrustList) => TrustList,
): Promise<TrustList> {
  await prepareDataFolder(dataDir);
  const file = trustFile(dataDir);
  try {
    const { trusted, declined } = change(readTrustFile(dataDir));
    const list = { trusted: sorted(trusted), declined: sorted(declined) };
    await replaceFile(file, `${JSON.stringify(list, undefined, 2)}\n`);
    return list;
  } catch (error) {
    const remedy = saysDiskIsFull(error)
      ? "The disk is full: make room."
      : "Give it to this user, or delete it to begin anew.";
    throw new ConfigError([`The list of trusted folders ${file} cannot be changed. ${remedy}`], {
      cause: error,
    });
  }
}

function sorted(folders: readonly string[]): readonly string[] {
  return [...new Set(folders)].toSorted();
}

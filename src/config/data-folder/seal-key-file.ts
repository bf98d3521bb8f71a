import { randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ConfigError } from "../config-error.ts";
import { prepareDataFolder } from "./prepare-data-folder.ts";
import { codeOf } from "../../lib/error-code.ts";

const KEY_BYTES = 32;

/**
 * The key that seals what clients keep for this server, such as Claude's thinking. The first start creates it, readable by this
 * user only; two simultaneous starts agree on one key.
 * @throws ConfigError when the file cannot be created or read
 */
export async function openSealKeyFile(dataDir: string): Promise<Uint8Array> {
  const file = join(dataDir, "seal-key");
  await prepareDataFolder(dataDir);
  try {
    return (await readKey(file)) ?? (await makeKey(file));
  } catch (error) {
    const code = codeOf(error) ?? "wrong content";
    const message = `The key file ${file} cannot be used (${code}). Give it to this user with mode 0600, or delete it for a new key.`;
    throw new ConfigError([message], { cause: error });
  }
}

async function readKey(file: string): Promise<Uint8Array | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  if (!holdsSealKey(text)) throw new Error("This is not a key.");
  return decode(text);
}

/** Whether a start can use what stands in the file. */
export function holdsSealKey(text: string): boolean {
  return decode(text).length === KEY_BYTES;
}

function decode(text: string): Buffer {
  return Buffer.from(text.trim(), "base64url");
}

/** Written completely under another name and then linked, so that nobody reads half a key and the first one wins. */
async function makeKey(file: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES);
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `${key.toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  try {
    await link(draft, file);
    return key;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return (await readKey(file)) ?? key;
  } finally {
    await rm(draft, { force: true });
  }
}

import { readFileSync } from "node:fs";

import { parseDocument } from "yaml";

import { ConfigError } from "../config-error.ts";
import { isRecord } from "../../lib/is-record.ts";

/**
 * The settings in a YAML or JSON file (JSON is YAML), unchecked. Undefined when an optional file is not there.
 * @throws ConfigError when it cannot be read or is not a set of settings.
 */
export function readConfigFile(
  path: string,
  isOptional: boolean,
): Readonly<Record<string, unknown>> | undefined {
  const text = readText(path, isOptional);
  if (text === undefined) return undefined;
  const document = parseDocument(text);
  const [error] = document.errors;
  // The parser's message goes on with a picture of the place, which would not fit one line.
  if (error)
    throw new ConfigError([`${path}: ${error.message.split("\n")[0]?.replace(/:$/, "")}. Correct the file.`]);
  const settings: unknown = document.toJS();
  if (settings === null || settings === undefined) return {};
  if (isRecord(settings)) return settings;
  throw new ConfigError([
    `${path}: expected settings by name, such as "server: {port: 4141}". Correct the file.`,
  ]);
}

function readText(path: string, isOptional: boolean): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    if (isMissing && isOptional) return undefined;
    const reason = isMissing ? "is not there" : `cannot be read (${String(code)})`;
    throw new ConfigError(
      [`The config file ${path} ${reason}. Name one that this user may read with --config.`],
      {
        cause: error,
      },
    );
  }
}

import { parseDocument } from "yaml";

import { ConfigError } from "../config-error.ts";
import { isRecord } from "../../lib/is-record.ts";
import { readWholeText, UnreadablePipe } from "../../lib/read-whole-text.ts";
import { codeOf } from "../../lib/error-code.ts";

/**
 * Reads the settings of a YAML or JSON file (JSON is YAML) without validating them. Undefined when an optional file is missing.
 * @throws ConfigError when it cannot be read or does not contain a set of settings.
 */
export function readConfigFile(
  path: string,
  isOptional: boolean,
): Readonly<Record<string, unknown>> | undefined {
  const text = readText(path, isOptional);
  if (text === undefined) return undefined;
  const document = parseDocument(text);
  const [error] = document.errors;
  // The rest of the parser's message is an excerpt of the file, which does not fit on one line.
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
    return readWholeText(path);
  } catch (error) {
    const code = codeOf(error);
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    if (isMissing && isOptional) return undefined;
    const otherwise = error instanceof UnreadablePipe ? error.message : `cannot be read (${String(code)})`;
    const reason = isMissing ? "is not there" : otherwise;
    throw new ConfigError(
      [`The config file ${path} ${reason}. Name one that this user may read with --config.`],
      {
        cause: error,
      },
    );
  }
}

import { isDeepStrictEqual } from "node:util";

import { changesTo } from "./changes-to.ts";
import { isObject, type NewElements, withChanges } from "./config-changes.ts";
import { ConfigTextError } from "./config-text-error.ts";
import type { ConfigText } from "./config-text.ts";
import type { ContentObject } from "./content.ts";
import { ENV_TEXT } from "./env-text.ts";
import { JSONC_TEXT } from "./jsonc-text.ts";
import { TOML_TEXT } from "./toml-text.ts";
import { YAML_TEXT } from "./yaml-text.ts";

const FORMATS = { jsonc: JSONC_TEXT, toml: TOML_TEXT, yaml: YAML_TEXT, env: ENV_TEXT } as const;

export type ConfigFormat = keyof typeof FORMATS;

/** Makes the content from what the text says already. */
export type MakeContent = (existing: Readonly<Record<string, unknown>>) => ContentObject;

/**
 * The text with more content, see `changesTo`: everything else in it stays as it is, letter by letter. The result is read again
 * and compared with what it should say.
 * @throws ConfigTextError when the text cannot be read or changed
 */
export function editConfigText(
  text: string,
  format: ConfigFormat,
  makeContent: MakeContent,
  newElements: NewElements = "last",
): string {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const bare = text.slice(mark.length);
  const editor = FORMATS[format];
  const existing = readObject(bare, editor);
  const changes = changesTo(existing, makeContent(existing), newElements);
  const edited = attempt(() => changes.reduce((before, change) => editor.change(before, change), bare));
  if (!isDeepStrictEqual(readObject(edited, editor), withChanges(existing, changes))) {
    throw new ConfigTextError("it is written in a way that is not changed here");
  }
  return mark + edited;
}

/**
 * What a text says already.
 * @throws ConfigTextError when it cannot be read
 */
export function readConfigText(text: string, format: ConfigFormat): Readonly<Record<string, unknown>> {
  return readObject(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, FORMATS[format]);
}

const BYTE_ORDER_MARK = "\uFEFF";

function readObject(text: string, editor: ConfigText): Readonly<Record<string, unknown>> {
  const value = attempt(() => editor.read(text)) ?? {};
  if (!isObject(value)) throw new ConfigTextError("it holds no object of settings");
  return value;
}

function attempt<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new ConfigTextError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

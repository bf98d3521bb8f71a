import { stat } from "node:fs/promises";

import { ConfigError } from "../../config/config-error.ts";
import { ConfigTextError } from "../../config/edit/config-text-error.ts";
import { editConfigText, readConfigText } from "../../config/edit/edit-config-text.ts";
import { readIfThere } from "../../config/edit/write-config-file.ts";
import { ClientConflict } from "./client-conflict.ts";
import type { ClientFile } from "./client.ts";
import { codeOf } from "../../lib/error-code.ts";

/** A file as it is and as it will be. */
export interface PreparedFile {
  readonly path: string;
  /** Undefined when there is none. */
  readonly before: string | undefined;
  readonly after: string;
  readonly format: ClientFile["format"];
  readonly isSecret: boolean;
  readonly state: "new" | "changed" | "unchanged";
  /** What keeps it from having its effect. */
  readonly warnings: readonly string[];
}

/**
 * Works out what connecting makes of a client's files; writes nothing. `howToPrint` is the command that only shows them.
 * @throws ConfigError naming each file that cannot be read or changed
 */
export async function prepareFiles(
  files: readonly ClientFile[],
  howToPrint: string,
): Promise<readonly PreparedFile[]> {
  const outcomes = await Promise.allSettled(files.map(prepareFile));
  const problems = outcomes.flatMap((outcome, index) => {
    if (outcome.status === "fulfilled") return [];
    return [`${files[index]?.path} is left as it is: ${describe(outcome.reason)}`];
  });
  if (problems.length > 0) {
    const remedy = `Mend it and try again, or put in by hand what \`${howToPrint}\` prints.`;
    throw new ConfigError([...problems, remedy]);
  }
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}

/** What belongs in it, without what is there. */
export function textFor(file: ClientFile, before = ""): string {
  if (file.format === "text") return file.text;
  return editConfigText(before, file.format, file.content, file.newElements);
}

async function prepareFile(file: ClientFile): Promise<PreparedFile> {
  const { path, format, holdsKey = false } = file;
  const before = await readIfThere(path);
  const after = textFor(file, before);
  const isRight = before === after && !(holdsKey && (await isOpenToOthers(path)));
  const state = before === undefined ? "new" : isRight ? "unchanged" : "changed";
  return { path, before, after, format, isSecret: holdsKey, state, warnings: warningsFor(file, before) };
}

function warningsFor(file: ClientFile, before = ""): readonly string[] {
  if (file.format === "text" || !file.warnings) return [];
  return file.warnings(readConfigText(before, file.format));
}

/** On Windows mode bits mean nothing. */
async function isOpenToOthers(path: string): Promise<boolean> {
  return process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0;
}

function describe(reason: unknown): string {
  if (reason instanceof ConfigTextError)
    return `it cannot be read, or not be changed safely (${reason.message}).`;
  if (reason instanceof ClientConflict) return reason.message;
  const code = codeOf(reason);
  if (code === undefined) throw reason;
  return `it cannot be read (${code}).`;
}

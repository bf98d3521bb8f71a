import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SETTINGS } from "../../config/schema/config-schema.ts";
import { isRecord } from "../../lib/is-record.ts";

/** How the last server of a data folder was started, for a restart after it has ended. */
export interface RememberedStart {
  /** The settings on its command line, without secrets. */
  readonly args: readonly string[];
  /** Flags that are left out because they hold secrets. */
  readonly leftOut: readonly string[];
  /** The folder that relative paths start from. */
  readonly folder: string;
}

function fileOf(dataDir: string): string {
  return join(dataDir, "server.json");
}

export function rememberStart(dataDir: string, args: readonly string[], folder: string): void {
  const remembered: RememberedStart = { ...withoutSecrets(args), folder };
  writeFileSync(fileOf(dataDir), `${JSON.stringify(remembered, undefined, 2)}\n`, { mode: 0o600 });
}

/** Undefined when there was none, or the file says nothing. */
export function recallStart(dataDir: string): RememberedStart | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(fileOf(dataDir), "utf8"));
    if (!isRecord(found) || typeof found["folder"] !== "string") return undefined;
    const [args, leftOut] = [found["args"], found["leftOut"]].map(textsOf);
    return args && leftOut && { args, leftOut, folder: found["folder"] };
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown): readonly string[] | undefined {
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isTexts ? value : undefined;
}

const SECRET_FLAGS = new Set(SETTINGS.filter(({ isSecret }) => isSecret).map(({ flagName }) => flagName));

/** The arguments without flags that hold secrets, and the names of those. */
export function withoutSecrets(args: readonly string[]): Pick<RememberedStart, "args" | "leftOut"> {
  const kept: string[] = [];
  const leftOut = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    const [flag = "", ...value] = arg.split("=");
    if (!SECRET_FLAGS.has(flag)) {
      kept.push(arg);
      continue;
    }
    leftOut.add(flag);
    // Its value is the next argument.
    if (value.length === 0) index += 1;
  }
  return { args: kept, leftOut: [...leftOut] };
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SETTINGS } from "../../config/schema/config-schema.ts";
import { isRecord } from "../../lib/is-record.ts";

/** How the last server of a data folder was started, for a restart after it has ended. */
export interface RememberedStart {
  /** The settings on its command line, without secrets. */
  readonly args: readonly string[];
  /** Flags that are left out because they hold secrets, or name what is gone with the server. */
  readonly leftOut: readonly string[];
  /** The folder that relative paths start from. */
  readonly folder: string;
}

function fileOf(dataDir: string): string {
  return join(dataDir, "server.json");
}

/** `passing`: flags whose values mean nothing later. */
export function rememberStart(
  dataDir: string,
  args: readonly string[],
  folder: string,
  passing: readonly string[] = [],
): void {
  const remembered: RememberedStart = { ...without([...SECRET_FLAGS, ...passing], args), folder };
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

const SECRET_FLAGS = SETTINGS.filter(({ isSecret }) => isSecret).map(({ flagName }) => flagName);

/** The arguments without flags that hold secrets, and the names of those. */
export function withoutSecrets(args: readonly string[]): Pick<RememberedStart, "args" | "leftOut"> {
  return without(SECRET_FLAGS, args);
}

function without(
  flags: readonly string[],
  args: readonly string[],
): Pick<RememberedStart, "args" | "leftOut"> {
  const kept: string[] = [];
  const leftOut = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    const [flag = "", ...value] = arg.split("=");
    if (!flags.includes(flag)) {
      kept.push(arg);
      continue;
    }
    leftOut.add(flag);
    // Its value is the next argument.
    if (value.length === 0) index += 1;
  }
  return { args: kept, leftOut: [...leftOut] };
}

import { rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { isRecord } from "../../lib/is-record.ts";
import { readProcessStart } from "./process-start.ts";

/** What a channel writes down of itself, so that a later one recognises it. */
export interface ChannelEntry {
  readonly processId: number;
  readonly startedAt: string;
  readonly port: number;
  /** Only this process and who may read the file know it. */
  readonly nonce: string;
  /** The Claude Code that started it. */
  readonly claudeProcessId: number;
  readonly claudeStartedAt: string;
}

const fileIn = (dataDir: string) => join(dataDir, "channel.json");

/** Undefined when there is none, or none that can be used. */
export async function readEntry(dataDir: string): Promise<ChannelEntry | undefined> {
  try {
    const entry: unknown = JSON.parse(await readFile(fileIn(dataDir), "utf8"));
    return isEntry(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** Removed again when disposed, unless another process has written its own meanwhile. */
export async function writeEntry(
  dataDir: string,
  { port, nonce, claudeProcessId }: Pick<ChannelEntry, "port" | "nonce" | "claudeProcessId">,
): Promise<void> {
  const entry: ChannelEntry = {
    processId: process.pid,
    startedAt: (await readProcessStart(process.pid)) ?? "",
    port,
    nonce,
    claudeProcessId,
    claudeStartedAt: (await readProcessStart(claudeProcessId)) ?? "",
  };
  await writeFile(fileIn(dataDir), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
}

export function removeEntry(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

function isEntry(value: unknown): value is ChannelEntry {
  if (!isRecord(value)) return false;
  const numbers = ["processId", "port", "claudeProcessId"].every((name) => Number.isSafeInteger(value[name]));
  return (
    numbers && ["startedAt", "nonce", "claudeStartedAt"].every((name) => typeof value[name] === "string")
  );
}

import type { Config } from "../../config/config.ts";
import { findUntrusted, type UntrustedFolder } from "../../config/trust/find-untrusted.ts";
import { changeTrustFile } from "../../config/trust/trust-file.ts";
import { delay } from "../../lib/time.ts";
import { styled } from "../../lib/styled-line.ts";
import type { CommandContext } from "../command-context.ts";
import type { TypedLines } from "../typed-lines.ts";
import { withDeclined, withTrusted } from "./trust.ts";

/** A server started unattended must come up all the same. */
export const ANSWER_MS = 60_000;

/**
 * Asks the person at the terminal, once for each folder, whether its own settings may run programs; the default is no. If there
 * is no person, or no answer in time, nothing is trusted. Returns the folders that remain untrusted.
 */
export async function askAboutTrust(
  config: Config,
  context: CommandContext,
  signal: AbortSignal,
): Promise<readonly UntrustedFolder[]> {
  const find = () => findUntrusted(config, context.machine.homeDir);
  const open = find().filter(({ isDeclined }) => !isDeclined);
  if (open.length === 0 || !context.terminal.isInteractive) return find();
  const lines = await context.terminal.readLines();
  if (!lines) return find();
  try {
    for (const one of open) {
      const answer = await ask(one, lines, context, signal);
      if (answer === undefined) break;
      const change = answer ? withTrusted : withDeclined;
      await changeTrustFile(config.dataDir, (list) => change(list, one.folder));
    }
  } finally {
    lines.close();
  }
  return find();
}

/** Undefined when nobody answers. */
async function ask(
  { folder, settings }: UntrustedFolder,
  lines: TypedLines,
  { terminal }: CommandContext,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  terminal.printError(
    "",
    [styled("bold", folder), ` has settings of its own (${settings.join(", ")}).`],
    "They can run programs on this machine and send your requests elsewhere. Trust",
    "it only if you know who wrote it; else Claude Code works there without them.",
    [styled("bold", "Do you trust this folder?"), " [y/N, then Enter]"],
  );
  const over = new AbortController();
  const typed = lines[Symbol.asyncIterator]().next();
  try {
    const late = delay(ANSWER_MS, AbortSignal.any([signal, over.signal])).catch(() => undefined);
    const line = await Promise.race([typed, late]);
    return line === undefined || line.done ? undefined : /^\s*y(es)?\s*$/i.test(line.value);
  } finally {
    over.abort();
  }
}

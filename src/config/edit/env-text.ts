import { parseEnv } from "node:util";

import type { ConfigText } from "./config-text.ts";

/** Lines of `NAME=value`, as dotenv reads them. */
export const ENV_TEXT: ConfigText = {
  read: (text) => ({ ...parseEnv(text) }),
  change(text, change) {
    if (change.type !== "add" && change.type !== "set") throw new Error("it holds variables only");
    const { path, value } = change;
    const name = String(path[0]);
    const line = `${name}=${quote(String(value))}`;
    const eol = text.includes("\r\n") ? "\r\n" : "\n";
    const lines = text.split(/\r?\n/);
    // The last one counts.
    const found = variablesIn(lines).findLast((one) => one.name === name);
    if (found) return lines.toSpliced(found.start, found.lineCount, found.prefix + line).join(eol);
    const isEnded = text === "" || text.endsWith("\n");
    return `${text}${isEnded ? "" : eol}${line}${eol}`;
  },
};

/** A variable with the lines that it takes. */
interface VariableLines {
  readonly name: string;
  /** What stands before the name. */
  readonly prefix: string;
  readonly start: number;
  readonly lineCount: number;
}

function variablesIn(lines: readonly string[]): readonly VariableLines[] {
  const found: VariableLines[] = [];
  for (let start = 0; start < lines.length;) {
    const parts = /^(\s*(?:export\s+)?)([^\s=#]+)\s*=\s*(.*)$/.exec(lines[start] ?? "");
    const [, prefix = "", name = "", value = ""] = parts ?? [];
    const lineCount = parts ? 1 + furtherLines(value, lines.slice(start + 1)) : 1;
    if (parts) found.push({ name, prefix, start, lineCount });
    start += lineCount;
  }
  return found;
}

/** How many of the lines behind it belong to a value: a quote that is closed on a later one spans them. */
function furtherLines(value: string, behind: readonly string[]): number {
  const quoteMark = /^["'`]/.exec(value)?.[0];
  if (quoteMark === undefined || value.includes(quoteMark, 1)) return 0;
  return behind.findIndex((line) => line.includes(quoteMark)) + 1;
}

function quote(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  return value.includes("'") ? JSON.stringify(value) : `'${value}'`;
}

import { parseEnv } from "node:util";

import type { ConfigText } from "./config-text.ts";

/** Lines of `NAME=value`, as dotenv reads them. */
export const ENV_TEXT: ConfigText = {
  read: (text) => ({ ...parseEnv(text) }),
  change(text, change) {
    if (change.type === "move") throw new Error("there are no lists in it");
    const { path, value } = change;
    const name = String(path[0]);
    const line = `${name}=${quote(String(value))}`;
    const eol = text.includes("\r\n") ? "\r\n" : "\n";
    const lines = text.split(/\r?\n/);
    // The last one counts.
    const index = lines.findLastIndex((one) => new RegExp(`^\\s*(export\\s+)?${name}\\s*=`).test(one));
    if (index !== -1) {
      const prefix = /^\s*(export\s+)?/.exec(lines[index] ?? "")?.[0] ?? "";
      return lines.with(index, prefix + line).join(eol);
    }
    const isEnded = text === "" || text.endsWith("\n");
    return `${text}${isEnded ? "" : eol}${line}${eol}`;
  },
};

function quote(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  return value.includes("'") ? JSON.stringify(value) : `'${value}'`;
}

import { maskSecret } from "../../config/show/mask-secret.ts";
import type { ClientFile } from "./client.ts";

/** A line of a file that holds secrets, to be shown: without the values that are or may be some. */
export function maskLine(line: string, format: ClientFile["format"]): string {
  const start = findSecret(line, format);
  return start === undefined ? line : line.slice(0, start) + maskValue(line.slice(start));
}

/** Where it begins. */
function findSecret(line: string, format: ClientFile["format"]): number | undefined {
  if (format === "text") return 0;
  if (format === "env") {
    const equals = line.indexOf("=");
    if (equals !== -1) return equals + 1;
    // Else it is a further line of a value.
    return line.trim() === "" || line.trimStart().startsWith("#") ? undefined : 0;
  }
  for (const { 0: name, index } of line.matchAll(NAME)) {
    if (SECRET_NAME.test(name)) return index + name.length;
  }
  return ELEMENT.exec(line)?.[0].length;
}

const NAME = /(?<![\w.-])[\w.-]+["']?\s*[:=]/g;
const SECRET_NAME = /key|token|secret|password/i;

/** Of a list of variables or keys, whose name stands above it, such as `- openai=sk-…` in aider's `api-key`. */
const ELEMENT = /^\s*-\s+["']?[\w.-]+=/;

/** What only begins a value of several lines. */
const BEGINNING = /^[[{|>]?[-+]?$/;

function maskValue(value: string): string {
  const head = /^\s*["']?/.exec(value)?.[0] ?? "";
  const rest = value.slice(head.length).trimEnd();
  const tail = /["']?,?$/.exec(rest)?.[0] ?? "";
  const secret = rest.slice(0, rest.length - tail.length);
  if (BEGINNING.test(secret)) return value;
  // Of a URL `maskSecret` shows more than its ends.
  return `${head}${secret.includes("://") ? "***" : maskSecret(secret)}${tail}`;
}

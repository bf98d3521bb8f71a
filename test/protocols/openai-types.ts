import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The types of Chat Completions as the installed `openai` package declares them, without comments. */
const SOURCE = readFileSync(
  fileURLToPath(import.meta.resolve("openai/resources/chat/completions/completions")).replace(
    /\.m?js$/,
    ".d.ts",
  ),
  "utf8",
).replaceAll(/\/\*[\s\S]*?\*\//g, "");

/** The names of an interface's own fields. */
export function fieldsOf(interfaceName: string): readonly string[] {
  let depth = 0;
  const names: string[] = [];
  for (const line of bodyOf(interfaceName).split("\n")) {
    const name = /^\s*(?:readonly\s+)?["']?(\w+)["']?\??\s*:/.exec(line)?.[1];
    if (depth === 0 && name !== undefined) names.push(name);
    depth += line.split(/[{[(]/).length - line.split(/[}\])]/).length;
  }
  return names;
}

/** The string literals that a type is a union of, or the ones of a field of an interface. */
export function literalsOf(typeName: string, field?: string): readonly string[] {
  const text =
    field === undefined
      ? aliasOf(typeName)
      : new RegExp(`\\b${field}\\??\\s*:\\s*([^;]+);`).exec(bodyOf(typeName))?.[1];
  return [...(text ?? "").matchAll(/['"]([^'"]+)['"]/g)].map(([, word = ""]) => word);
}

/** The names of the types that a type is a union of. */
export function membersOf(typeName: string): readonly string[] {
  return aliasOf(typeName)
    .split("|")
    .map((member) => member.trim())
    .filter((member) => member !== "");
}

function aliasOf(typeName: string): string {
  const text = new RegExp(`export type ${typeName}\\s*=\\s*([^;]+);`).exec(SOURCE)?.[1];
  if (text === undefined) throw new Error(`openai declares no type ${typeName}.`);
  return text;
}

/** What stands between the braces of an interface; `A.B` is the interface B of the namespace A. */
function bodyOf(interfaceName: string): string {
  const [outer = "", inner] = interfaceName.split(".");
  if (inner === undefined) return bracesAfter(SOURCE, `interface ${outer}\\b[^{]*`);
  return bracesAfter(bracesAfter(SOURCE, `namespace ${outer}\\s*`), `interface ${inner}\\b[^{]*`);
}

function bracesAfter(text: string, pattern: string): string {
  const match = new RegExp(`${pattern}\\{`).exec(text);
  if (!match) throw new Error(`openai declares nothing like ${pattern}.`);
  const start = match.index + match[0].length;
  let depth = 1;
  let end = start;
  while (depth > 0 && end < text.length) {
    if (text[end] === "{") depth += 1;
    if (text[end] === "}") depth -= 1;
    end += 1;
  }
  return text.slice(start, end - 1);
}

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The files of the `openai` package that declare what is spoken here. */
const SOURCES = {
  chat: "openai/resources/chat/completions/completions",
  responses: "openai/resources/responses/responses",
} as const;

type Api = keyof typeof SOURCES;

const texts = new Map<Api, string>();

/** The types as the installed package declares them, without comments. */
function sourceOf(api: Api): string {
  const known = texts.get(api);
  if (known !== undefined) return known;
  const file = fileURLToPath(import.meta.resolve(SOURCES[api])).replace(/\.m?js$/, ".d.ts");
  const text = readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
  texts.set(api, text);
  return text;
}

/** The names of an interface's own fields. */
export function fieldsOf(interfaceName: string, api: Api = "chat"): readonly string[] {
  let depth = 0;
  const names: string[] = [];
  for (const line of bodyOf(interfaceName, api).split("\n")) {
    const name = /^\s*(?:readonly\s+)?["']?(\w+)["']?\??\s*:/.exec(line)?.[1];
    if (depth === 0 && name !== undefined) names.push(name);
    depth += line.split(/[{[(]/).length - line.split(/[}\])]/).length;
  }
  return names;
}

/** The string literals that a type is a union of, or the ones of a field of an interface. */
export function literalsOf(typeName: string, field?: string, api: Api = "chat"): readonly string[] {
  const text =
    field === undefined
      ? aliasOf(typeName, api)
      : new RegExp(`\\b${field}\\??\\s*:\\s*([^;]+);`).exec(bodyOf(typeName, api))?.[1];
  return [...(text ?? "").matchAll(/['"]([^'"]+)['"]/g)].map(([, word = ""]) => word);
}

/** The names of the types that a type is a union of. */
export function membersOf(typeName: string, api: Api = "chat"): readonly string[] {
  return aliasOf(typeName, api)
    .split("|")
    .map((member) => member.trim())
    .filter((member) => member !== "");
}

function aliasOf(typeName: string, api: Api): string {
  const text = new RegExp(`export type ${typeName}\\s*=\\s*([^;]+);`).exec(sourceOf(api))?.[1];
  if (text === undefined) throw new Error(`openai declares no type ${typeName}.`);
  return text;
}

/** What stands between the braces of an interface; `A.B` is the interface B of the namespace A. */
function bodyOf(interfaceName: string, api: Api): string {
  const source = sourceOf(api);
  const [outer = "", inner] = interfaceName.split(".");
  if (inner === undefined) return bracesAfter(source, `interface ${outer}\\b[^{]*`);
  return bracesAfter(bracesAfter(source, `namespace ${outer}\\s*`), `interface ${inner}\\b[^{]*`);
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

import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import type { AST } from "toml-eslint-parser";

import { type ConfigChange, isObject, type ConfigValue } from "./config-changes.ts";
import type { ConfigText } from "./config-text.ts";

export const TOML_TEXT: ConfigText = {
  read: (text) => getStaticTOMLValue(parseTOML(text)),
  change(text, change) {
    const top = parseTOML(text).body[0];
    if (change.type === "set") {
      const { value } = findField(fieldsOf(top), change.path) ?? unchangeable(change);
      return splice(text, value.range, inlineValue(change.value));
    }
    if (change.type !== "add") return unchangeable(change);
    return addField(text, top, change);
  },
};

/** A field with its whole path. */
interface Field {
  readonly path: readonly (string | number)[];
  readonly value: AST.TOMLContentNode;
}

function fieldsOf(top: AST.TOMLTopLevelTable): readonly Field[] {
  return top.body.flatMap((node) =>
    node.type === "TOMLTable"
      ? node.body.flatMap((field) => fieldsIn(field, node.resolvedKey))
      : fieldsIn(node, []),
  );
}

function fieldsIn({ key, value }: AST.TOMLKeyValue, base: readonly (string | number)[]): readonly Field[] {
  const path = [...base, ...key.keys.map((one) => (one.type === "TOMLBare" ? one.name : one.value))];
  const inside = value.type === "TOMLInlineTable" ? value.body.flatMap((one) => fieldsIn(one, path)) : [];
  return [{ path, value }, ...inside];
}

function findField(fields: readonly Field[], path: readonly (string | number)[]): Field | undefined {
  return fields.find((field) => isSame(field.path, path));
}

function addField(
  text: string,
  top: AST.TOMLTopLevelTable,
  { path, value }: Extract<ConfigChange, { readonly type: "add" }>,
): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const parent = path.slice(0, -1);
  const inline = findField(fieldsOf(top), parent)?.value;
  const line = `${tomlKey(path.at(-1))} = ${inlineValue(value)}`;
  if (inline?.type === "TOMLInlineTable") {
    const last = inline.body.at(-1);
    return last ? insert(text, last.range[1], `, ${line}`) : splice(text, inline.range, `{ ${line} }`);
  }
  if (isObject(value)) {
    const gap = text === "" ? "" : text.endsWith("\n") ? eol : eol + eol;
    return text + gap + tableLines(path, value).join(eol) + eol;
  }
  const anchor = findAnchor(top, parent);
  if (anchor) {
    const key = [...parent.slice(anchor.base.length), path.at(-1)].map(tomlKey).join(".");
    return insert(text, endOfLine(text, anchor.end), `${eol}${key} = ${inlineValue(value)}`);
  }
  if (parent.length > 0) return unchangeable({ path });
  // Before the first table: what comes behind its head belongs to it.
  return `${line}${eol}${top.body.length > 0 && !text.startsWith(eol) ? eol : ""}${text}`;
}

/** Behind what another field of the parent stands, and in the table of which path. */
function findAnchor(
  top: AST.TOMLTopLevelTable,
  parent: readonly (string | number)[],
): { readonly end: number; readonly base: readonly (string | number)[] } | undefined {
  const tables = [
    { base: [], head: undefined, fields: top.body.filter((node) => node.type === "TOMLKeyValue") },
    ...top.body
      .filter((node) => node.type === "TOMLTable")
      .map((table) => ({ base: table.resolvedKey, head: table.key, fields: table.body })),
  ];
  const own = tables.find(({ base }) => isSame(base, parent));
  const last = own?.fields.at(-1) ?? own?.head;
  if (own && last) return { end: last.range[1], base: own.base };
  // Its fields may have dotted keys.
  for (const { base, fields } of tables) {
    const sibling = fields.findLast((field) =>
      fieldsIn(field, base).some(
        ({ path }) => path.length > parent.length && isSame(path.slice(0, parent.length), parent),
      ),
    );
    if (sibling && parent.length > base.length) return { end: sibling.range[1], base };
  }
  return undefined;
}

function tableLines(
  path: readonly (string | number)[],
  table: Readonly<Record<string, ConfigValue>>,
): string[] {
  const entries = Object.entries(table);
  const fields = entries.filter(([, value]) => !isObject(value));
  const tables = entries.filter(([, value]) => isObject(value));
  const head = fields.length > 0 || tables.length === 0 ? [`[${path.map(tomlKey).join(".")}]`] : [];
  return [
    ...head,
    ...fields.map(([key, value]) => `${tomlKey(key)} = ${inlineValue(value)}`),
    ...tables.flatMap(([key, value], index) => [
      ...(index > 0 || head.length > 0 ? [""] : []),
      ...(isObject(value) ? tableLines([...path, key], value) : []),
    ]),
  ];
}

/** JSON's strings, numbers, booleans and lists are TOML's too. */
function inlineValue(value: ConfigValue): string {
  if (Array.isArray(value)) return `[${value.map(inlineValue).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, inside]) => `${tomlKey(key)} = ${inlineValue(inside)}`);
  return `{ ${fields.join(", ")} }`;
}

function tomlKey(key: string | number | undefined): string {
  const name = String(key);
  return /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from).search(/\r?\n|$/);
  return from + end;
}

function insert(text: string, at: number, added: string): string {
  return splice(text, [at, at], added);
}

function splice(text: string, [start, end]: readonly [number, number], added: string): string {
  return text.slice(0, start) + added + text.slice(end);
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((step, index) => step === right[index]);
}

function unchangeable({ path }: Pick<ConfigChange, "path">): never {
  throw new Error(`${path.join(".")} is written in a way that is not changed here`);
}

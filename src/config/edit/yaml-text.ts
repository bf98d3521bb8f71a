import { isCollection, isMap, isNode, isPair, isScalar, isSeq, parseDocument, stringify } from "yaml";
import type { Document, Node, YAMLMap, YAMLSeq } from "yaml";

import type { ConfigChange, ConfigValue } from "./config-changes.ts";
import type { ConfigText } from "./config-text.ts";

export const YAML_TEXT: ConfigText = {
  read(text) {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error) throw new Error(error.message.split("\n")[0]?.replace(/:$/, ""));
    return document.toJS() ?? undefined;
  },
  change(text, change) {
    const document = parseDocument(text);
    const lines = new Lines(text);
    switch (change.type) {
      case "set":
        return setValue(lines, document, change);
      case "add":
        return addField(lines, document, change);
      case "insert":
        return insertElement(lines, document, change);
      case "move":
        return moveToStart(lines, document, change);
      case "remove":
        return removeElement(lines, document, change);
    }
  },
};

/** A text that is changed by whole lines in its own way of ending them. */
class Lines {
  readonly text: string;
  readonly #end: string;

  constructor(text: string) {
    this.text = text;
    this.#end = text.includes("\r\n") ? "\r\n" : "\n";
  }

  replace(start: number, end: number, added: string): string {
    return this.text.slice(0, start) + added + this.text.slice(end);
  }

  /** A block of text ends behind its last line. */
  replaceNode(start: number, end: number, added: string): string {
    const isBlock = end > start && this.text[end - 1] === "\n";
    return this.replace(start, end, isBlock ? added + this.#end : added);
  }

  /** Puts a block behind the line that `offset` is on. */
  insertBelow(offset: number, column: number, block: string): string {
    const isBehind = offset > 0 && this.text[offset - 1] === "\n";
    const at = isBehind ? offset : offset + this.text.slice(offset).search(/\r?\n|$/);
    const added = this.indent(block, column);
    return this.replace(at, at, isBehind ? added + this.#end : this.#end + added);
  }

  insertAbove(offset: number, block: string): string {
    const column = this.columnOf(offset);
    return this.replace(
      offset,
      offset,
      `${this.indent(block, column).trimStart()}${this.#end}${" ".repeat(column)}`,
    );
  }

  removeLines(start: number, end: number): string {
    return this.replace(this.#lineStart(start), this.#behind(end), "");
  }

  /** Puts the lines from `start` to `end` above the line of `to`, which is before them. */
  moveUp(start: number, end: number, to: number): string {
    const [from, target] = [this.#lineStart(start), this.#lineStart(to)];
    const behind = this.#behind(end);
    const moved = this.text.slice(from, behind);
    const rest = this.text.slice(target, from) + this.text.slice(behind);
    return this.text.slice(0, target) + (moved.endsWith("\n") ? moved : moved + this.#end) + rest;
  }

  /** Where the line after one that ends there begins; a block of text takes in its last line break. */
  #behind(end: number): number {
    return end > 0 && this.text[end - 1] === "\n" ? end : this.#lineEnd(end);
  }

  /** Behind the line break. */
  #lineEnd(offset: number): number {
    const found = this.text.indexOf("\n", offset);
    return found === -1 ? this.text.length : found + 1;
  }

  #lineStart(offset: number): number {
    return this.text.lastIndexOf("\n", offset - 1) + 1;
  }

  append(block: string): string {
    const isEnded = this.text === "" || this.text.endsWith("\n");
    return `${this.text}${isEnded ? "" : this.#end}${this.indent(block, 0)}${this.#end}`;
  }

  columnOf(offset: number): number {
    return offset - this.#lineStart(offset);
  }

  indent(block: string, column: number): string {
    const lines = block.trimEnd().split("\n");
    return lines.map((line) => (line === "" ? "" : " ".repeat(column) + line)).join(this.#end);
  }
}

type ChangeOf<Type> = Extract<ConfigChange, { readonly type: Type }>;

function setValue(lines: Lines, document: Document.Parsed, { path, value }: ChangeOf<"set">): string {
  const node = nodeAt(document, path);
  const isEmpty = isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1];
  if (!isEmpty) return lines.replaceNode(startOf(node), endOf(node), asLine(value));
  const parent = nodeAt(document, path.slice(0, -1));
  const pair = isMap(parent) ? parent.items.find((one) => keyOf(one.key) === path.at(-1)) : undefined;
  if (!pair || !isNode(pair.key)) throw notChanged(path);
  if (typeof value === "object" && value !== null) {
    return lines.insertBelow(startOf(node), lines.columnOf(startOf(pair.key)) + 2, asBlock(value));
  }
  const colon = lines.text.indexOf(":", endOf(pair.key)) + 1;
  return lines.replace(colon, colon, ` ${asLine(value)}`);
}

function addField(lines: Lines, document: Document.Parsed, { path, value }: ChangeOf<"add">): string {
  const key = String(path.at(-1));
  const parent = path.length === 1 ? document.contents : nodeAt(document, path.slice(0, -1));
  if (parent === null) return lines.append(asBlock({ [key]: value }));
  if (!isMap(parent)) throw notChanged(path);
  if (parent.flow) return addToFlow(lines, parent, `${asLine(key)}: ${asLine(value)}`, "end");
  return lines.insertBelow(endOf(parent), lines.columnOf(startOf(parent)), asBlock({ [key]: value }));
}

function insertElement(
  lines: Lines,
  document: Document.Parsed,
  { path, value, at }: ChangeOf<"insert">,
): string {
  const list = nodeAt(document, path);
  if (!isSeq(list)) throw notChanged(path);
  if (list.flow) return addToFlow(lines, list, asLine(value), at);
  if (at === "start") return lines.insertAbove(startOf(list), asBlock([value]));
  return lines.insertBelow(endOf(list), lines.columnOf(startOf(list)), asBlock([value]));
}

/** With the lines that it takes, and no others: what stands between two elements stays. */
function moveToStart(lines: Lines, document: Document.Parsed, { path, from }: ChangeOf<"move">): string {
  const list = nodeAt(document, path);
  const element = isSeq(list) && !list.flow ? list.items[from] : undefined;
  if (!isNode(element)) throw notChanged(path);
  return lines.moveUp(startOf(element), endOf(element), startOf(list));
}

/** With the lines that it takes. Fields of an object are not taken out. */
function removeElement(lines: Lines, document: Document.Parsed, { path }: ChangeOf<"remove">): string {
  const list = nodeAt(document, path.slice(0, -1));
  const place = Number(path.at(-1));
  const element = isSeq(list) ? list.items[place] : undefined;
  if (!isSeq(list) || !isNode(element)) throw notChanged(path);
  if (!list.flow) {
    const dash = /-\s*$/.exec(lines.text.slice(0, startOf(element)))?.index;
    if (dash === undefined) throw notChanged(path);
    return lines.removeLines(dash, endOf(element));
  }
  const [previous, next] = [list.items[place - 1], list.items[place + 1]];
  if (isNode(next)) return lines.replace(startOf(element), startOf(next), "");
  return lines.replace(previous === undefined ? startOf(element) : endOf(previous), endOf(element), "");
}

function addToFlow(lines: Lines, node: YAMLMap | YAMLSeq, added: string, at: "start" | "end"): string {
  const last = node.items.at(-1);
  const inside = startOf(node) + 1;
  if (last === undefined) {
    const remark = lines.text.slice(inside, endOf(node) - 1).trim();
    return lines.replace(remark === "" ? inside : endOf(node) - 1, endOf(node) - 1, added);
  }
  if (at === "start") return lines.replace(inside, inside, `${added}, `);
  return lines.replace(endOf(last), endOf(last), `, ${added}`);
}

function nodeAt(document: Document.Parsed, path: readonly (string | number)[]): Node {
  const node: unknown = path.length === 0 ? document.contents : document.getIn([...path], true);
  if (!isNode(node)) throw notChanged(path);
  return node;
}

function keyOf(key: unknown): unknown {
  return isScalar(key) ? key.value : key;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Where the last thing in it ends: the range of a block takes in what comes behind it. */
function endOf(node: unknown): number {
  if (isPair(node)) return endOf(isNode(node.value) ? node.value : node.key);
  if (isCollection(node) && !node.flow) {
    const last: unknown = node.items.at(-1);
    if (last !== undefined) return endOf(last);
  }
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

/** As one line: JSON is YAML too. */
function asLine(value: ConfigValue): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : asBlock(value).trimEnd();
}

function asBlock(value: ConfigValue): string {
  return stringify(value, { lineWidth: 0 });
}

function notChanged(path: readonly (string | number)[]): Error {
  return new Error(`${path.join(".")} is written in a way that is not changed here`);
}

import {
  createScanner,
  findNodeAtLocation,
  type Node,
  parse,
  type ParseError,
  parseTree,
  printParseErrorCode,
  stripComments,
} from "jsonc-parser";

import type { ConfigChange, ConfigValue } from "./config-changes.ts";
import type { ConfigText } from "./config-text.ts";

/** Of the scanner's kinds of tokens, which are named only for compilers that look into declarations. */
const [COMMA, LINE_BREAK, WHITE_SPACE] = [5, 14, 15];

/** Trailing commas are taken where there are any, and none are added. */
const PARSING = { allowTrailingComma: true };

/** JSON, with comments and trailing commas where there are any. */
export const JSONC_TEXT: ConfigText = {
  read(text) {
    if (isBlank(text)) return undefined;
    const errors: ParseError[] = [];
    const value: unknown = parse(text, errors, PARSING);
    const [first] = errors;
    if (first) throw new Error(`line ${lineOf(text, first.offset)}: ${printParseErrorCode(first.error)}`);
    return value;
  },
  change(text, change) {
    const whole = isBlank(text) ? `${text}{}\n` : text;
    const root = parseTree(whole, [], PARSING);
    const nodeAt = (path: ConfigChange["path"]): Node => {
      const node = root && findNodeAtLocation(root, [...path]);
      if (!node) throw new Error(`${path.join(".")} is not there`);
      return node;
    };
    if (change.type === "set") return replaceNode(whole, nodeAt(change.path), change.value);
    if (change.type === "remove") return removeNode(whole, nodeAt(change.path));
    if (change.type === "move")
      throw new Error(`${change.path.join(".")} is in an order that is not changed here`);
    const isField = change.type === "add";
    const name = isField ? `${JSON.stringify(String(change.path.at(-1)))}: ` : "";
    const container = nodeAt(isField ? change.path.slice(0, -1) : change.path);
    const isFirst = change.type === "insert" && change.at === "start";
    return insertInto(whole, container, name, change.value, isFirst);
  },
};

/** Whether there is nothing but white space and comments. */
function isBlank(text: string): boolean {
  return stripComments(text).trim() === "";
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function replaceNode(text: string, { offset, length }: Node, value: ConfigValue): string {
  const written = write(text, value, indentOf(text, offset));
  return text.slice(0, offset) + written + text.slice(offset + length);
}

/** `name`: what stands before the value of a field. */
function insertInto(
  text: string,
  container: Node,
  name: string,
  value: ConfigValue,
  isFirst: boolean,
): string {
  const { offset, length, children = [] } = container;
  const end = offset + length;
  const [first] = children;
  const last = children.at(-1);
  const isOneLine = !text.slice(offset, end).includes("\n");
  if (!first || !last) {
    const indent = indentOf(text, offset);
    const inner = indent + unitOf(text);
    const added = endOfLine(text) + inner + name + write(text, value, inner);
    if (!isOneLine) return text.slice(0, offset + 1) + added + text.slice(offset + 1);
    const remark = text.slice(offset + 1, end - 1).trimEnd();
    return text.slice(0, offset + 1) + remark + added + endOfLine(text) + indent + text.slice(end - 1);
  }
  const indent = indentOf(text, first.offset);
  const lead = isOneLine ? " " : endOfLine(text) + indent;
  const added = name + (isOneLine ? JSON.stringify(value) : write(text, value, indent));
  if (isFirst) {
    const rest = isOneLine ? `, ${text.slice(first.offset)}` : `,${lead}${text.slice(first.offset)}`;
    return text.slice(0, first.offset) + added + rest;
  }
  const lastEnd = last.offset + last.length;
  const { comma, lineEnd } = lookBehind(text, lastEnd, end - 1);
  const isTrailing = comma !== undefined;
  const at = isOneLine ? (comma ?? lastEnd - 1) + 1 : lineEnd;
  const before = isTrailing ? text.slice(0, at) : `${text.slice(0, lastEnd)},${text.slice(lastEnd, at)}`;
  return before + lead + added + (isTrailing ? "," : "") + text.slice(at);
}

/** With its comma and, where it has lines of its own, with these; a comma that would be left over before it goes, too. */
function removeNode(text: string, value: Node): string {
  const node = value.parent?.type === "property" ? value.parent : value;
  const container = node.parent;
  if (!container) throw new Error("it is all that there is");
  const { children = [] } = container;
  const end = node.offset + node.length;
  const { comma } = lookBehind(text, end, container.offset + container.length - 1);
  const previous = children[children.indexOf(node) - 1];
  const removed = takeOut(text, node.offset, comma === undefined ? end : comma + 1);
  if (comma !== undefined || !previous) return removed;
  const left = lookBehind(text, previous.offset + previous.length, node.offset).comma ?? node.offset;
  return removed.slice(0, left) + removed.slice(left + 1);
}

/** Without the lines that hold nothing else, but for a comment behind it. */
function takeOut(text: string, start: number, end: number): string {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(lineStart, start);
  const behind = /^[ \t]*(\/\/[^\n]*)?(\r?\n|$)/.exec(text.slice(end))?.[0];
  if (before.trim() === "" && behind !== undefined)
    return text.slice(0, lineStart) + text.slice(end + behind.length);
  const isLast = text[end - 1] !== ",";
  const gap = isLast ? "" : (/^[ \t]*/.exec(text.slice(end))?.[0] ?? "");
  const kept = isLast && before.trim() !== "" ? text.slice(0, start).trimEnd() : text.slice(0, start);
  return kept + text.slice(end + gap.length);
}

/** Behind the last element: a comma, if there is one, and the end of its line with the comments on it. */
function lookBehind(text: string, from: number, to: number): { comma: number | undefined; lineEnd: number } {
  const scanner = createScanner(text, false);
  const next = (): { kind: number; start: number; end: number } | undefined => {
    const kind = scanner.scan();
    const start = scanner.getTokenOffset();
    return start >= to ? undefined : { kind, start, end: start + scanner.getTokenLength() };
  };
  scanner.setPosition(from);
  let comma: number | undefined;
  for (let token = next(); token && comma === undefined; token = next()) {
    if (token.kind === COMMA) comma = token.start;
  }
  scanner.setPosition(comma ?? from);
  let lineEnd = from;
  for (let token = next(); token && token.kind !== LINE_BREAK; token = next()) {
    if (token.kind !== WHITE_SPACE) lineEnd = token.end;
  }
  return { comma, lineEnd };
}

function write(text: string, value: ConfigValue, indent: string): string {
  const lines = JSON.stringify(value, undefined, unitOf(text)).split("\n");
  return lines.map((line, index) => (index === 0 ? line : indent + line)).join(endOfLine(text));
}

/** The white space that the line of this place begins with. */
function indentOf(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** One step of the text's own indentation. */
function unitOf(text: string): string {
  return /\n([ \t]+)["}\]]/.exec(text)?.[1] ?? "  ";
}

function endOfLine(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

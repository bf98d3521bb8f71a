import type { Approval } from "../../core/ports/approvals.ts";
import { showSafely } from "../../lib/show-safely.ts";
import { type Line, styled, type Style } from "../../lib/styled-line.ts";
import { diffOfCall } from "./diff-of-call.ts";
import { wrapColumns } from "./wrap-columns.ts";

const INDENT = " ".repeat(4);
const GUTTER = "      │ ";
/** Prefix of a continued line. */
const CONTINUED = "      ┆ ";

/** Makes a tab visible, with the width it has in most editors. */
const SHOWN_TAB = "→   ";

/** Everything a call would run or change: edits as a diff, the rest of its input value by value. Nothing is left out. */
export async function describeCall(
  { toolName, input }: Pick<Approval, "toolName" | "input">,
  columns: number,
): Promise<readonly Line[]> {
  const change = await diffOfCall(toolName, input);
  const told = new Set(change?.tells);
  const fields = Object.entries(input).filter(([name]) => !told.has(name));
  return [
    ...fields.flatMap(([name, value]) => describeField(name, value, columns)),
    ...(change?.lines ?? []).flatMap((line) => describeLine(line, columns, styleInDiff(line))),
  ];
}

/** On one line with its name where it fits, otherwise below it. */
function describeField(name: string, value: unknown, columns: number): readonly Line[] {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = `${INDENT}${showSafely(name)}: ${showSafely(text)}`;
  if (!text.includes("\n") && wrapColumns(line, columns).length === 1) {
    return [[`${INDENT}${name}: `, styled("bold", text)]];
  }
  const whole = typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
  return [
    ...wrapColumns(`${showSafely(name)}:`, columns - INDENT.length).map((part) => `${INDENT}${part}`),
    ...whole.split("\n").flatMap((part) => describeLine(part, columns, "bold")),
  ];
}

function describeLine(line: string, columns: number, style: Style): readonly Line[] {
  const parts = wrapColumns(showSafely(line.replaceAll("\t", SHOWN_TAB)), columns - GUTTER.length);
  return parts.map((part, index): Line => [
    styled("dim", index === 0 ? GUTTER : CONTINUED),
    styled(style, part),
  ]);
}

function styleInDiff(line: string): Style {
  if (/^(?:---|\+\+\+) /.test(line)) return "bold";
  if (line.startsWith("@@")) return "cyan";
  if (line.startsWith("+")) return "green";
  return line.startsWith("-") ? "red" : "none";
}

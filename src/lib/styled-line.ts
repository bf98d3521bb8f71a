import { styleText } from "node:util";

import { showSafely } from "./show-safely.ts";

export type Style = Parameters<typeof styleText>[0];

/** A piece of a line that stands out where colours are shown. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/**
 * One line for a terminal. Its texts may come from anywhere: what a terminal would obey, line breaks too, is spelled out when the
 * line is rendered.
 */
export type Line = string | Span | readonly (string | Span)[];

export function styled(style: Style, text: string): Span {
  return { text, style };
}

export function renderLine(line: Line, useColor: boolean): string {
  return piecesOf(line)
    .map((piece) => renderPiece(piece, useColor))
    .join("");
}

function piecesOf(line: Line): readonly (string | Span)[] {
  // TypeScript does not narrow a readonly array by Array.isArray.
  return typeof line === "string" || "text" in line ? [line] : line;
}

function renderPiece(piece: string | Span, useColor: boolean): string {
  if (typeof piece === "string") return showSafely(piece);
  const text = showSafely(piece.text);
  // Whether this output shows colours has been settled by the caller.
  return useColor ? styleText(piece.style, text, { validateStream: false }) : text;
}

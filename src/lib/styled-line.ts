import { styleText } from "node:util";

import { showSafely } from "./show-safely.ts";

export type Style = Parameters<typeof styleText>[0];

/** A part of a line that is highlighted where colours are shown. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/**
 * One line for a terminal. Its texts may come from anywhere: when the line is rendered, everything a terminal would obey,
 * including line breaks, is escaped.
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
  // The caller has already decided whether this output shows colours.
  return useColor ? styleText(piece.style, text, { validateStream: false }) : text;
}

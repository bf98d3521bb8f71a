import type { ScreenLine, ScreenPiece } from "./read-screen.ts";

const LEAST_COLUMNS = 80;
const FONT_SIZE = 14;
const COLUMN_WIDTH = 8.4;
const LINE_HEIGHT = 19;
const MARGIN = 16;

const PAPER = "#1c1f26";
const INK = "#d7dae0";
const DIM = "#8b919d";
const COLORS: Readonly<Record<number, string>> = {
  31: "#f07178",
  32: "#98c379",
  33: "#e5c07b",
  34: "#61afef",
  35: "#c678dd",
  36: "#56b6c2",
  90: DIM,
};

/** The lines of a terminal as an SVG image with text in it, so that a change of one line is a change of one line. */
export function renderPicture(lines: readonly ScreenLine[]): string {
  const columns = Math.max(LEAST_COLUMNS, ...lines.map((line) => lengthOf(textOf(line))));
  const width = Math.ceil(columns * COLUMN_WIDTH) + 2 * MARGIN;
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const label = escapeXml(lines.map(textOf).join("\n").trim().split("\n")[0] ?? "");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}" fill="${INK}">`,
    ...lines.flatMap((line, index) => renderLine(line, MARGIN + FONT_SIZE + index * LINE_HEIGHT)),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Each run of words is a text of its own: viewers draw several blanks as one. */
function renderLine(line: ScreenLine, y: number): readonly string[] {
  let column = 0;
  const texts: string[] = [];
  for (const { text, codes } of line) {
    for (const { 0: words, index } of text.matchAll(/\S+(?: \S+)*/g))
      texts.push(renderText(words, column + lengthOf(text.slice(0, index)), y, codes));
    column += lengthOf(text);
  }
  return texts.length === 0 ? [] : [texts.join("")];
}

/** Stretched to its columns: what stands below each other stays so in whatever font there is. */
function renderText(text: string, column: number, y: number, codes: ScreenPiece["codes"]): string {
  const x = round(MARGIN + column * COLUMN_WIDTH);
  const length = round(lengthOf(text) * COLUMN_WIDTH);
  const color = codes.map((code) => COLORS[code]).find((found) => found !== undefined);
  const fill = color ?? (codes.includes(2) ? DIM : undefined);
  const weight = codes.includes(1) ? ' font-weight="bold"' : "";
  return `<text x="${x}" y="${y}" textLength="${length}"${weight}${fill ? ` fill="${fill}"` : ""}>${escapeXml(text)}</text>`;
}

function lengthOf(text: string): number {
  return [...text].length;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function textOf(line: ScreenLine): string {
  return line.map(({ text }) => text).join("");
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

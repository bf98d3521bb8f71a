/** What a piece of a line looks like: the codes of ECMA-48's "select graphic rendition" that are in force. */
export interface ScreenPiece {
  readonly text: string;
  readonly codes: readonly number[];
}

export type ScreenLine = readonly ScreenPiece[];

interface Cell {
  readonly character: string;
  readonly codes: readonly number[];
}

// oxlint-disable-next-line no-control-regex
const TOKEN = /\u001b\[([\d;]*)m|\r\n|[^]/gu;

/**
 * What stands on a terminal of so many columns that was sent this. It knows what Turnpike writes, which is styles, line ends, a carriage return before a
 * line that is written over, and the bell; anything else is an error.
 */
export function readScreen(raw: string, columns: number): readonly ScreenLine[] {
  const lines: Cell[][] = [[]];
  let column = 0;
  let codes: readonly number[] = [];
  for (const [token, style] of raw.matchAll(TOKEN)) {
    if (style !== undefined) codes = applyStyle(codes, style.split(";").map(Number));
    else if (token === "\r\n" || token === "\n") {
      lines.push([]);
      column = 0;
    } else if (token === "\r") column = 0;
    else if (token === "\u0007") continue;
    // oxlint-disable-next-line no-control-regex
    else if (/[\u0000-\u001f\u007f-\u009f]/.test(token))
      throw new Error(`Not known: ${JSON.stringify(token)} in ${JSON.stringify(raw)}`);
    else {
      if (column === columns) {
        lines.push([]);
        column = 0;
      }
      (lines.at(-1) ?? [])[column] = { character: token, codes };
      column += 1;
    }
  }
  return lines.map((cells) => joinCells(withoutTrailingBlanks(cells)));
}

/** A code that ends a style takes away those that it ends. */
function applyStyle(codes: readonly number[], added: readonly number[]): readonly number[] {
  let now = codes;
  for (const code of added) {
    if (code === 0) now = [];
    else if (code === 22) now = now.filter((other) => other !== 1 && other !== 2);
    else if (code === 39) now = now.filter((other) => !isColor(other));
    else now = [...now.filter((other) => !isColor(code) || !isColor(other)), code];
  }
  return now;
}

function isColor(code: number): boolean {
  return (code >= 30 && code <= 37) || (code >= 90 && code <= 97);
}

function withoutTrailingBlanks(cells: readonly Cell[]): readonly Cell[] {
  return cells.slice(0, cells.findLastIndex(({ character }) => character !== " ") + 1);
}

function joinCells(cells: readonly Cell[]): ScreenLine {
  const pieces: ScreenPiece[] = [];
  for (const { character, codes } of cells) {
    const last = pieces.at(-1);
    if (last && last.codes.join() === codes.join())
      pieces[pieces.length - 1] = { text: last.text + character, codes };
    else pieces.push({ text: character, codes });
  }
  return pieces;
}

import { type Line, type Style, styled } from "../lib/styled-line.ts";

/** Columns as wide as they have to be, under headings in this style; the last one takes what is left. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): readonly Line[] {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const [head = "", ...others] = all.map((cells) =>
    cells
      .map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  "),
  );
  return [styled(style, head), ...others];
}

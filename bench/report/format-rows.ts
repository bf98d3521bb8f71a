/** Lines of a table for people at a terminal. `rightAligned`: the columns of numbers. */
export function formatTextRows(
  headings: readonly string[],
  cells: readonly (readonly string[])[],
  rightAligned: ReadonlySet<number>,
): string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  return [headings, ...cells].map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return rightAligned.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}

/** The same for a README. */
export function formatMarkdownRows(
  headings: readonly string[],
  cells: readonly (readonly string[])[],
  rightAligned: ReadonlySet<number>,
): string[] {
  const rule = headings.map((_, column) => (rightAligned.has(column) ? "--:" : "---"));
  return [headings, rule, ...cells].map((row) => `| ${row.join(" | ")} |`);
}

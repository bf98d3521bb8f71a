/** The tables below a heading of a Markdown page, rows without the head, cells trimmed. */
export function tablesBelow(markdown: string, heading: string): readonly (readonly string[][])[] {
  const [, after] = markdown.split(`\n## ${heading}\n`);
  if (after === undefined) throw new Error(`There is no heading "${heading}".`);
  const [section = ""] = after.split(/\n## /);
  const tables: string[][][] = [];
  let isInside = false;
  for (const line of section.split("\n")) {
    const isRow = line.startsWith("|");
    if (isRow && !isInside) tables.push([]);
    if (isRow)
      tables.at(-1)?.push(
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    isInside = isRow;
  }
  return tables.map((rows) => rows.slice(2));
}

/** The words that a cell has in backticks. */
export function codeWords(cell = ""): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

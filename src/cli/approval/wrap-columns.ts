/** From this code point on, terminals give most characters two columns. Counting too many only breaks a line sooner. */
const FIRST_WIDE = 0x1100;

/**
 * Breaks one line of safe text where the terminal would, or sooner, without losing anything: a line broken by the terminal
 * itself would continue at the left margin, where it could pass for one of ours.
 */
export function wrapColumns(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  let width = 0;
  for (const character of text) {
    const wide = (character.codePointAt(0) ?? 0) < FIRST_WIDE ? 1 : 2;
    if (width + wide > columns && line !== "") {
      lines.push(line);
      line = "";
      width = 0;
    }
    line += character;
    width += wide;
  }
  return [...lines, line];
}

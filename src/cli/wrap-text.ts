/** Wraps text between words into lines of at most `width` characters; a longer word gets its own line. */
export function wrapText(text: string, width: number): readonly string[] {
  return wrapWords(text.split(" "), width);
}

/** The same for words that may contain blanks, such as paths. */
export function wrapWords(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

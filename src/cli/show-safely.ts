/** All that a terminal would obey or not show: controls, escapes, marks that turn the direction of text, odd separators. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const SHORT_NAMES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text from elsewhere for a terminal, on one line: what is not plainly visible is spelled out. */
export function showSafely(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return SHORT_NAMES[character] ?? `\\u{${code.toString(16)}}`;
  });
}

/** The same, and of a long text only the beginning and the end, for what matters may stand at either. */
export function showShortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return showSafely(text);
  const tailLength = Math.floor(maxLength / 3);
  const headLength = maxLength - tailLength;
  const hidden = text.length - maxLength;
  const head = showSafely(text.slice(0, headLength));
  return `${head} [… ${hidden} more characters …] ${showSafely(text.slice(-tailLength))}`;
}

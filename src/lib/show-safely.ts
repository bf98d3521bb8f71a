/** Everything that a terminal would obey or not show: control characters, escapes, bidirectional marks, unusual separators. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const SHORT_NAMES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Makes text from elsewhere safe for a terminal, on one line: characters that are not plainly visible are escaped as in JSON,
 * so JSON remains the same JSON.
 */
export function showSafely(text: string): string {
  return text.replace(UNSAFE, (character) => SHORT_NAMES[character] ?? spellOut(character));
}

function spellOut(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** All that a terminal would obey or not show: controls, escapes, marks that turn the direction of text, odd separators. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const SHORT_NAMES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text from elsewhere for a terminal, on one line: what is not plainly visible is spelled out, as JSON spells it. So
 * JSON remains the same JSON.
 */
export function showSafely(text: string): string {
  return text.replace(UNSAFE, (character) => SHORT_NAMES[character] ?? spellOut(character));
}

function spellOut(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

import { type AST, RegExpParser } from "@eslint-community/regexpp";

/** RE2's maximum repeat count. */
const MAX_REPEATS = 1000;

/** What `.` excludes and `\s` includes in ECMAScript; RE2's own sets are smaller. */
const LINE_ENDS = String.raw`\n\r\x{2028}\x{2029}`;
const SPACES = String.raw`\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}`;
const ANYTHING = String.raw`[\x00-\x{10FFFF}]`;
const NOTHING = String.raw`[^\x00-\x{10FFFF}]`;

/** For what RE2 cannot express; stays inside this file. */
class NotExpressible extends Error {}

/**
 * Translates an ECMAScript pattern to RE2 syntax with exactly the same meaning for a test. Undefined where that is impossible:
 * lookaround, backreferences, rarer constructs, and invalid patterns. `flags` may contain `u`.
 */
export function toRe2Syntax(pattern: string, flags: string): string | undefined {
  const unicode = flags.includes("u");
  try {
    const { alternatives } = new RegExpParser().parsePattern(pattern, undefined, undefined, { unicode });
    return alternatives.map(writeAlternative).join("|");
  } catch {
    return undefined;
  }
}

function writeAlternative({ elements }: AST.Alternative): string {
  return elements.map(writeElement).join("");
}

function writeElement(element: AST.Element): string {
  switch (element.type) {
    case "Character":
      return writeCharacter(element.value);
    case "CharacterSet":
      return writeSet(element);
    case "CharacterClass":
      return writeClass(element);
    case "Assertion":
      return writeAssertion(element);
    case "Quantifier":
      return writeQuantifier(element);
    case "Group":
      if (element.modifiers) throw new NotExpressible();
      return `(?:${element.alternatives.map(writeAlternative).join("|")})`;
    case "CapturingGroup":
      // A test needs no captures.
      return `(?:${element.alternatives.map(writeAlternative).join("|")})`;
    default:
      throw new NotExpressible();
  }
}

function writeCharacter(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  return /[A-Za-z0-9]/.test(character) ? character : `\\x{${codePoint.toString(16)}}`;
}

function writeAssertion(assertion: AST.Assertion): string {
  switch (assertion.kind) {
    case "start":
      return String.raw`\A`;
    case "end":
      return String.raw`\z`;
    case "word":
      return assertion.negate ? String.raw`\B` : String.raw`\b`;
    default:
      throw new NotExpressible();
  }
}

function writeQuantifier({ min, max, greedy, element }: AST.Quantifier): string {
  if (min > MAX_REPEATS || (max !== Infinity && max > MAX_REPEATS)) throw new NotExpressible();
  const written = `(?:${writeElement(element)})`;
  const lazy = greedy ? "" : "?";
  if (max === Infinity) return `${written}{${min},}${lazy}`;
  return `${written}{${min},${max}}${lazy}`;
}

function writeSet(set: AST.CharacterSet): string {
  return set.kind === "any" ? `[^${LINE_ENDS}]` : `[${writeSetInClass(set)}]`;
}

function writeClass({ negate, elements }: AST.CharacterClass): string {
  if (elements.length === 0) return negate ? ANYTHING : NOTHING;
  return `[${negate ? "^" : ""}${elements.map(writeInClass).join("")}]`;
}

function writeInClass(element: AST.CharacterClassElement): string {
  switch (element.type) {
    case "Character":
      return writeCharacter(element.value);
    case "CharacterClassRange":
      return `${writeCharacter(element.min.value)}-${writeCharacter(element.max.value)}`;
    case "CharacterSet":
      return writeSetInClass(element);
    default:
      throw new NotExpressible();
  }
}

function writeSetInClass(set: AST.CharacterSet): string {
  switch (set.kind) {
    case "digit":
      return set.negate ? String.raw`\D` : String.raw`\d`;
    case "word":
      return set.negate ? String.raw`\W` : String.raw`\w`;
    case "space":
      return set.negate ? NOT_SPACES : SPACES;
    case "property":
      return writeProperty(set);
    default:
      throw new NotExpressible();
  }
}

/** A class cannot contain a negated class, so the characters between the spaces are listed. */
const NOT_SPACES = String.raw`\x00-\x08\x0E-\x1F!-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF}`;

/** Short names of general categories, and scripts: the names that both engines share. */
function writeProperty({ key, value, negate }: AST.UnicodePropertyCharacterSet): string {
  const letter = negate ? "P" : "p";
  const isCategory = key === "General_Category" || key === "gc";
  if ((isCategory || value === null) && /^[A-Z][a-z]?$/.test(value ?? key))
    return `\\${letter}{${value ?? key}}`;
  const isScript = key === "Script" || key === "sc";
  if (isScript && value !== null && /^[A-Z][a-z]+(?:_[A-Z][a-z]+)*$/.test(value))
    return `\\${letter}{${value}}`;
  throw new NotExpressible();
}

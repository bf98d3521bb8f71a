const REDACTED = "[redacted]";

/**
 * Keys in the formats of providers and of Turnpike, private keys, credentials in headers and assignments, and passwords in URLs.
 * Each takes linear time: what it reads without a match is bounded.
 */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN ([A-Z ]{0,40})PRIVATE KEY-----(?:(?!-----END)[\s\S])*/g,
    `-----BEGIN $1PRIVATE KEY-----${REDACTED}`,
  ],
  [
    /\b(gh[pousr]|github_pat|glpat|npm|hf|[sr]k_live|[sr]k_test|xox[abeoprs])([_-])[\w-]{10,}/g,
    `$1$2${REDACTED}`,
  ],
  [/\b(AKIA|ASIA|AIza)[\w-]{16,}/g, `$1${REDACTED}`],
  [/\beyJ[\w-]{8,500}\.[\w-]{8,8000}\.[\w-]*/g, REDACTED],
  [
    /(password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key)(["']?\s{0,8}(?:=|:\s{0,8}(?=["']))\s{0,8}["']?)[^\s"',;&]{6,}/gi,
    `$1$2${REDACTED}`,
  ],
  [/\b(sk|tp)-[\w-]{8,}/g, `$1-${REDACTED}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  [/(:\/\/[^\s:@/]*):[^\s@/]+@/g, `$1:${REDACTED}@`],
];

/** Redacting shorter ones would remove ordinary words. */
const SHORTEST_SECRET = 6;

/** Returns a function that removes secrets from text: the given ones, and text that looks like one. */
export function createTextRedactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  return (text) => {
    const withoutKnown = known.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
    return SECRET_TEXT.reduce((rest, [pattern, cover]) => rest.replace(pattern, cover), withoutKnown);
  };
}

const REDACTED = "[redacted]";

/** Keys in the formats of providers and of Turnpike, credentials in headers, and passwords in URLs. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
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

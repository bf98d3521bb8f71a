const REDACTED = "[redacted]";

/** What a name ends in that stands before a secret. */
const NAME =
  "(?:pass(?:word|wd|phrase)|pwd|secret|token|credentials?|(?:api|access|account|private|signing|encryption)[_-]?key)";

/** A value without quotes; where it is not clear that it is one, it must have a letter and a digit, as words have not. */
const VALUE = String.raw`[^\s"'\\,;&]{6,}`;
const MIXED = String.raw`(?=[^\s"'\\,;&]{0,200}\d)(?=[^\s"'\\,;&]{0,200}[a-z])${VALUE}`;

/**
 * Keys in the formats of providers and of Turnpike, private keys, credentials in headers, assignments and flags, and passwords in
 * URLs. Each takes linear time: what it reads without a match is bounded.
 */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN ([A-Z ]{0,40})PRIVATE KEY( BLOCK)?-----(?:(?!-----END)[\s\S])*/g,
    `-----BEGIN $1PRIVATE KEY$2-----${REDACTED}`,
  ],
  [
    /\b(gh[pousr]|github_pat|glpat|npm|hf|[sr]k_live|[sr]k_test|xox[abeoprs])([_-])[\w-]{10,}/g,
    `$1$2${REDACTED}`,
  ],
  // Groq, xAI, Perplexity, NVIDIA, Replicate, Slack, Google, SendGrid, Vault, DigitalOcean, Shopify, Linear, Notion, PyPI, Docker …
  [
    /\b(gsk_|xai-|pplx-|nvapi-|r8_|xapp-|ya29\.|GOCSPX-|SG\.|hv[sb]\.|dop_v1_|shp(?:at|ca|pa|ss)_|lin_api_|ntn_|figd_|sbp_|whsec_|pypi-AgE|dckr_pat_|tskey-|glrt-|gldt-|PMAK-|ATATT|AGE-SECRET-KEY-)[\w.+/=~-]{20,}/g,
    `$1${REDACTED}`,
  ],
  [/\b(AKIA|ASIA|AIza)[\w-]{16,}/g, `$1${REDACTED}`],
  [/\beyJ[\w-]{8,500}\.[\w-]{8,8000}\.[\w-]*/g, REDACTED],
  // In quotes, to the closing one; then in quotes that stand in a text in quotes themselves.
  [
    new RegExp(String.raw`(${NAME}["']?\s{0,8}(?:=>?|:)\s{0,8}(["']))(?:\\.|(?!\2)[^\\\n]){6,}`, "gi"),
    `$1${REDACTED}`,
  ],
  [
    new RegExp(String.raw`(${NAME}\\["']\s{0,8}[:=]\s{0,8}\\(["']))(?:(?!\\\2)[^\n]){6,}`, "gi"),
    `$1${REDACTED}`,
  ],
  [new RegExp(String.raw`(${NAME}["']?\s{0,8}=\s{0,8})${VALUE}`, "gi"), `$1${REDACTED}`],
  [new RegExp(String.raw`(${NAME}:\s{1,8})${MIXED}`, "gi"), `$1${REDACTED}`],
  [new RegExp(String.raw`((?<![\w-])--[\w-]{0,40}${NAME}\s{1,8}["']?)${MIXED}`, "gi"), `$1${REDACTED}`],
  [/((?<!\S)(?:-u|--user)[\s=]\s{0,8}["']?[\w.@+-]{1,100}:)[^\s"']{4,}/g, `$1${REDACTED}`],
  [
    /\b(authorization\\?["']?\s{0,8}[:=]\s{0,8}\\?["']?(?:[a-z][\w-]{0,20}\s{1,8})?)(?=[\w.~+/=-]{0,200}\d)[\w.~+/=-]{6,}/gi,
    `$1${REDACTED}`,
  ],
  [/\b(cookie\\?["']?:\s{0,8}\\?["']?[\w.-]{1,100}=)[^\n"'\\]{6,}/gi, `$1${REDACTED}`],
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

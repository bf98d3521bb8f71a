import { isIPv6 } from "node:net";

/** What Claude Code puts around the API's words. */
const BEFORE =
  /^(?:Failed to authenticate\.\s*)?(?:API Error:\s*)?(?:\d{3}\s+)?(?:(?:Request rejected \(429\)|Server is temporarily limiting requests \(not your usage limit\))\s*·\s*)?/i;
const BEHIND = [
  /\s*This is a server-side issue, usually temporary.*$/s,
  /\s*(?:If it persists, )?check your inference gateway.*$/is,
  /\s*Check the gateway set in .*$/s,
  /\s*\(?\bRequest ID: .*$/is,
];
/** What gateways put around the words that they pass on. */
const GATEWAYS = [
  /^(?:[\w.]*(?:Error|Exception)\b\s*[:-]+\s*)+/,
  /\s*\b(?:Received|Available) Model Group\b.*$/s,
];

const ADDRESS =
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>()[\]{}]+|(?<![\w.@-])(?:[\w-]+\.)*(?:anthropic\.com|claude\.com|claude\.ai)(?![\w.-]*\w)/gi;
/** Well-known sites to which a text may send a person. */
const KNOWN_SITE = /^(?:https?:\/\/)?(?:[\w-]+\.)*(?:anthropic\.com|claude\.com|claude\.ai)(?=[/?#.,]|$)/i;
/** Endings of host names; field names of the API end otherwise. */
const HOST_ENDS =
  "com|net|org|io|dev|cloud|ai|app|tech|internal|intranet|local|localdomain|localhost|lan|corp|private|svc|invalid";

/** What no client may read, each with its replacement. */
const HIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\b(?:sk|pk|rk)-[\w-]{4,}/g, "…"],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, "$1 …"],
  [/\b(api[_-]?key|key|token|secret|password|authorization)(["']?\s*[=:]\s*["']?)[^\s"',;]+/gi, "$1$2…"],
  [/\b([A-Z][A-Z0-9_]{2,})=(?:"[^"]*"|'[^']*'|\S+)/g, "$1=…"],
  [/\s*\((?:org|organization|workspace|account)(?:[ _]id)?:[^)]*\)/gi, ""],
  [/\s*\(?\b(?:request|trace|correlation|transaction)[ _-]?id\b\s*[:=]?\s*[\w-]+\)?/gi, ""],
  [/\breq_\w+/g, "…"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "…"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "…"],
  [/\[[0-9a-f:.]{3,}\](?::\d+)?/gi, "…"],
  [/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.])/g, "…"],
  [/(?<![\w.-])(?:[a-z0-9-]+\.)+[a-z]{2,}:\d{2,5}\b/gi, "…"],
  [new RegExp(`(?<![\\w.-])(?:[a-z0-9-]+\\.)+(?:${HOST_ENDS})(?::\\d+)?(?![\\w-])`, "gi"), "…"],
  [/\blocalhost(?::\d+)?\b/gi, "…"],
  // Paths of files.
  [/(?<!\w)(?:[A-Za-z]:)?(?:[\\/][\w.@~+-]+){2,}/g, "…"],
  [/(?<!\w)~(?:[\\/][\w.@+-]+)+/g, "…"],
];

const MAX_CHARACTERS = 1_000;
/** How much of a text is examined: the patterns above take time that grows with the square of its length. */
const MAX_READ_CHARACTERS = 4_000;

/**
 * The API's own words in a text of Claude Code's, as far as a client may read them: without the operator's addresses, secrets,
 * account ids and paths. `privateNames` are names known to be the operator's. Empty when nothing is left.
 */
export function cleanApiWords(text: string, privateNames: readonly string[]): string {
  let words = beginningOf(text).replace(BEFORE, "");
  for (const advice of BEHIND) words = words.replace(advice, "");
  for (const wrapping of GATEWAYS) words = words.replace(wrapping, "");
  for (const name of privateNames) words = words.replaceAll(new RegExp(escape(name), "gi"), "…");
  const kept: string[] = [];
  // Well-known sites are set aside, since they look like what has to go.
  words = words.replaceAll(ADDRESS, (url) => {
    if (!KNOWN_SITE.test(url)) return "…";
    kept.push(url);
    return `\0${kept.length - 1}\0`;
  });
  words = words.replaceAll(/[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*/gi, (found) => (isIPv6(found) ? "…" : found));
  for (const [pattern, instead] of HIDDEN) words = words.replaceAll(pattern, instead);
  words = words
    .replaceAll(/\0(\d+)\0/g, (_, index: string) => kept[Number(index)] ?? "")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (!/[\p{L}\p{N}]/u.test(words)) return "";
  return words.length > MAX_CHARACTERS ? `${words.slice(0, MAX_CHARACTERS)}…` : words;
}

/** Cuts between words: half an address would not be recognised as one. */
function beginningOf(text: string): string {
  if (text.length <= MAX_READ_CHARACTERS) return text;
  return text.slice(0, MAX_READ_CHARACTERS).replace(/\S+$/, "");
}

function escape(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}

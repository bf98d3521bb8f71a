/** The limit of file systems, in bytes; longer names are cut before their extension. */
const MAX_BYTES = 255;
const FALLBACK = "file";
// Control characters, and those that turn the direction of writing and so can hide an extension.
// oxlint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Turns a client's name for a file into one that can be shown: the last segment of a path, without invisible characters. It is
 * never used to look anything up.
 */
export function cleanFilename(given: string): string {
  const bare = given.toWellFormed().replaceAll(UNSEEN, "");
  const name = (bare.split(/[/\\]/).at(-1) ?? "").trim();
  if (/^\.*$/.test(name)) return FALLBACK;
  return Buffer.byteLength(name) <= MAX_BYTES ? name : shorten(name);
}

function shorten(name: string): string {
  const extension = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? "";
  let short = "";
  let bytes = Buffer.byteLength(extension);
  for (const character of name.slice(0, name.length - extension.length)) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_BYTES) break;
    short += character;
  }
  return short + extension;
}

/** The parts of a `data:` URL. */
export interface DataUrl {
  /** In lower case, without parameters. */
  readonly mediaType: string;
  readonly data: string;
}

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),/i;

/** The parts of a base64 `data:` URL; undefined when the URL is anything else. */
export function readDataUrl(url: string): DataUrl | undefined {
  const head = DATA_URL.exec(url.slice(0, 1024));
  if (!head) return undefined;
  const [start, mediaType = "", parameters = ""] = head;
  if (!/;base64$/i.test(parameters)) return undefined;
  return { mediaType: mediaType.trim().toLowerCase(), data: url.slice(start.length) };
}

/**
 * Base64 in canonical form: without white space (some encoders break lines) and with padding.
 * @returns undefined when it is empty or not base64.
 */
export function cleanBase64(text: string): string | undefined {
  const bare = text.replaceAll(/\s+/g, "").replace(/={1,2}$/, "");
  if (bare === "" || /[^A-Za-z0-9+/]/.test(bare) || bare.length % 4 === 1) return undefined;
  return bare.padEnd(Math.ceil(bare.length / 4) * 4, "=");
}

/** The first bytes of clean base64. */
export function firstBytes(base64: string, count: number): Buffer {
  return Buffer.from(base64.slice(0, Math.ceil(count / 3) * 4), "base64").subarray(0, count);
}

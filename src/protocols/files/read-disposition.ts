export interface Disposition {
  readonly name: string;
  /** Present when the part is a file. */
  readonly filename?: string;
}

const PARAMETER = /;\s*([\w-]+\*?)\s*=\s*(?:"((?:\\"|[^"])*)"|([^;\s]*))/g;

/**
 * Reads the `Content-Disposition` of a form's part as browsers and programs write it: in a quoted value, a quote is `%22` or
 * `\"`, and any other backslash is literal; `filename*` is percent-encoded UTF-8 and wins. Undefined when it has no name.
 */
export function readDisposition(header: string | undefined): Disposition | undefined {
  if (header === undefined || !/^form-data\s*;/i.test(header)) return undefined;
  const values = new Map<string, string>();
  for (const [, key = "", quoted, token] of header.matchAll(PARAMETER)) {
    values.set(key.toLowerCase(), quoted?.replaceAll(/\\"|%22/g, '"') ?? token ?? "");
  }
  const name = values.get("name");
  if (name === undefined) return undefined;
  const filename = decodeExtended(values.get("filename*")) ?? values.get("filename");
  return { name, ...(filename !== undefined && { filename }) };
}

/** `UTF-8''na%C3%AFve.txt` (RFC 8187) */
function decodeExtended(value: string | undefined): string | undefined {
  const encoded = /^utf-8'[^']*'(.*)$/is.exec(value ?? "")?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    // Malformed: the plain name is used.
    return undefined;
  }
}

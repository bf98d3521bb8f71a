/** The value that a text is the JSON of; undefined when it is not JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What JavaScript has of JSON that is not among the types yet. */
interface ExactJson {
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

/** The same, to be written again: numbers that JavaScript cannot hold stay as they were spelled. */
export function readExactJson(text: string): unknown {
  // Proof for the cast: Node has both since 21.
  const exact = JSON as unknown as ExactJson;
  try {
    return exact.parse(text, (_, value, { source }) =>
      typeof value === "number" && source !== undefined && JSON.stringify(value) !== source
        ? exact.rawJSON(source)
        : value,
    );
  } catch {
    return undefined;
  }
}

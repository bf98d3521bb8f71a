import type { Brand } from "../../lib/brand.ts";

/** Text as stored in a column. It has its own type, so that no client text reaches a query unencoded. */
export type StoredText = Brand<string, "StoredText">;

/** A value as JSON text in a column. */
export type StoredJson<Value> = Brand<string, "StoredJson"> & { readonly __value?: Value };

/**
 * Encodes any text. Postgres refuses NUL characters and both databases lose lone surrogates; JSON's escapes preserve them.
 * Ordinary text stays readable: only quotes, backslashes and control characters are escaped. Equal texts have equal encodings,
 * so columns can be compared.
 */
export function toStoredText(text: string): StoredText {
  // Proof: this is the encoding that the type stands for.
  return JSON.stringify(text).slice(1, -1) as StoredText;
}

export function fromStoredText(stored: StoredText): string {
  return JSON.parse(`"${stored}"`);
}

/** Encodes plain JSON data. Text inside it is safe for the same reason as in `toStoredText`. */
export function toStoredJson<Value>(value: Value): StoredJson<Value> {
  // Proof: as above.
  return JSON.stringify(value) as StoredJson<Value>;
}

export function fromStoredJson<Value>(stored: StoredJson<Value>): Value {
  return JSON.parse(stored);
}

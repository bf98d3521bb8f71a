import { serializeError } from "./serialize-error.ts";

export interface FieldRules {
  /** Whether prompts and answers may be written. */
  readonly prompts: boolean;
  readonly redactText: (text: string) => string;
}

/** Names whose value is a secret whatever it looks like. Numbers are kept: `tokens: 12` is a count. */
const SECRET_NAME =
  /(authorization|cookie|api[-_]?keys?|access[-_]?key|private[-_]?key|tokens?|secret|password|passphrase|credentials?)$/i;

/** Names of fields that contain a person's or Claude's words. */
const CONTENT_NAME = /^(prompts?|messages|content|text|systemText|answer|input|transcript)$/;

/** Limit of values in one line; the rest, as in a self-referencing object, is cut off. */
const MAX_VALUES = 500;
const MAX_DEPTH = 8;

/** Returns a copy that is safe to log: plain JSON of bounded size, without secrets, and without prompts unless allowed. */
export function redactFields(
  fields: Readonly<Record<string, unknown>>,
  rules: FieldRules,
): Record<string, unknown> {
  return new FieldRedactor(rules).redactEntries(Object.entries(fields), 0);
}

class FieldRedactor {
  readonly #rules: FieldRules;
  #valuesLeft = MAX_VALUES;

  constructor(rules: FieldRules) {
    this.#rules = rules;
  }

  redactEntries(entries: readonly (readonly [string, unknown])[], depth: number): Record<string, unknown> {
    return Object.fromEntries(entries.map(([name, value]) => [name, this.#redactNamed(name, value, depth)]));
  }

  #redactNamed(name: string, value: unknown, depth: number): unknown {
    const isWords = typeof value === "string" || (typeof value === "object" && value !== null);
    if (isWords && SECRET_NAME.test(name)) return "[redacted]";
    if (isWords && !this.#rules.prompts && CONTENT_NAME.test(name)) return "[hidden]";
    return this.#redactValue(value, depth);
  }

  #redactValue(value: unknown, depth: number): unknown {
    if (this.#valuesLeft-- <= 0) return "[cut off]";
    if (typeof value === "string") return this.#rules.redactText(value);
    if (typeof value === "bigint") return value.toString();
    if (typeof value !== "object" || value === null) return value;
    if (depth >= MAX_DEPTH) return "[cut off]";
    if (value instanceof Error) return this.#redactError(value, depth);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value))
      return value.slice(0, MAX_VALUES).map((item) => this.#redactValue(item, depth + 1));
    return this.redactEntries(Object.entries(value), depth + 1);
  }

  /** An error's own message and stack are logged; fields attached to it follow the rules for names. */
  #redactError(error: Error, depth: number): Record<string, unknown> {
    return this.redactEntries(Object.entries(serializeError(error)), depth + 1);
  }
}

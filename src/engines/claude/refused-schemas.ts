import { createHash } from "node:crypto";

import type { ErrorInfo } from "../../core/words/app-error.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import type { OutputFormat } from "../../core/words/output-format.ts";
import { RecentMap } from "../../lib/recent-map.ts";

const MAX_REMEMBERED = 1000;

/**
 * How the API words its refusal to enforce a schema: the schema is too complex, its grammar is too large, the API does not know a
 * part of it, or the model knows no formats at all.
 */
const IS_ABOUT_FORMAT =
  /grammar|output_config|output_format|structured output|invalid schema|schemas?\b.{0,40}\btoo (?:complex|large|many)/i;

/** Schemas that the API has refused to enforce, so that the next request with one of them does not have to find out again. */
export class RefusedSchemas {
  readonly #keys = new RecentMap<string, true>(MAX_REMEMBERED);

  has(schema: JsonObject): boolean {
    return this.#keys.get(keyOf(schema)) === true;
  }

  /** Whether the turn failed because of its schema, and that was not known yet. From now on it is known. */
  learn(format: OutputFormat | undefined, { kind, message }: ErrorInfo): boolean {
    if (format?.type !== "json-schema" || kind !== "upstream-invalid-request") return false;
    if (!IS_ABOUT_FORMAT.test(message) || this.has(format.schema)) return false;
    this.#keys.set(keyOf(format.schema), true);
    return true;
  }
}

function keyOf(schema: JsonObject): string {
  return createHash("sha256").update(JSON.stringify(schema)).digest("base64");
}

import { createHash } from "node:crypto";

import type { ErrorInfo } from "../../core/words/app-error.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { RecentMap } from "../../lib/recent-map.ts";

const MAX_REMEMBERED = 1000;

/**
 * How the API words its refusal to enforce a schema: the schema is too complex, its grammar is too large, the API does not know a
 * part of it, or the model knows no formats at all.
 */
const IS_ABOUT_SCHEMA =
  /grammar|output_config|output_format|structured output|invalid schema|schemas?\b.{0,40}\btoo (?:complex|large|many)/i;

const IS_OF_FORMAT = /output_config|output_format/i;
const IS_OF_TOOL = /\btools\.\d+\.|\bstrict\b/i;

/** The schemas of a request that the API was to enforce. */
export interface EnforcedSchemas {
  readonly tools?: readonly JsonObject[];
  readonly format?: JsonObject | undefined;
}

/** Schemas that the API has refused to enforce, so that the next request with one of them does not have to find out again. */
export class RefusedSchemas {
  readonly #keys = new RecentMap<string, true>(MAX_REMEMBERED);

  has(schema: JsonObject): boolean {
    return this.#keys.get(keyOf(schema)) === true;
  }

  /** Whether the turn failed because of the schemas that it was to enforce, and that was not known yet. From now on it is known. */
  learn({ tools = [], format }: EnforcedSchemas, { kind, message }: ErrorInfo): boolean {
    if (kind !== "upstream-invalid-request") return false;
    const ofTools = IS_OF_FORMAT.test(message) ? [] : tools.filter((schema) => !this.has(schema));
    const isOfTool = ofTools.length > 0 && IS_OF_TOOL.test(message);
    if (!isOfTool && !IS_ABOUT_SCHEMA.test(message)) return false;
    // Where it may be either, the tools' arguments are still checked here.
    const learned = ofTools.length > 0 ? ofTools : format && !this.has(format) ? [format] : [];
    for (const schema of learned) this.#keys.set(keyOf(schema), true);
    return learned.length > 0;
  }
}

function keyOf(schema: JsonObject): string {
  return createHash("sha256").update(JSON.stringify(schema)).digest("base64");
}

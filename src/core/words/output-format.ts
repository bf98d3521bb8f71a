import type { JsonObject } from "./client-tool.ts";

/** The required format of an answer's text; absent means any text. */
export type OutputFormat =
  | {
      readonly type: "json-schema";
      readonly name: string;
      readonly description?: string;
      readonly schema: JsonObject;
    }
  /** Any JSON object. */
  | { readonly type: "json-object" };

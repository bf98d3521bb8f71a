import type { JsonCheckResult } from "../core/ports/schema-checker.ts";
import { Memo } from "../lib/memo.ts";
import { compileSchema, type JsonCheck, SchemaError } from "./compile-schema.ts";

/** Schemas up to this length are common; longer ones are rare, and take megabytes once compiled. */
const SMALL_LENGTH = 8 * 1024;

/**
 * Compiles schemas and checks texts against them. Schemas repeat more than requests do, so the most recently used are kept.
 * Blocks for as long as a client's schema takes, so it must run in a process that can be killed.
 */
export class SchemaDesk {
  readonly #small = new Memo<JsonCheck | SchemaError>(500);
  readonly #large = new Memo<JsonCheck | SchemaError>(20);

  /** Returns why the schema cannot be used. */
  findProblem(schema: string): string | undefined {
    const check = this.#compile(schema);
    return check instanceof SchemaError ? check.message : undefined;
  }

  check(schema: string, text: string): JsonCheckResult {
    const check = this.#compile(schema);
    if (check instanceof SchemaError) return { type: "unchecked", problem: check.message };
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { type: "not-json" };
    }
    const problem = check(value);
    return problem === undefined ? { type: "fits" } : { type: "misfit", problem };
  }

  #compile(schema: string): JsonCheck | SchemaError {
    const known = schema.length > SMALL_LENGTH ? this.#large : this.#small;
    return known.get(schema, () => {
      try {
        return compileSchema(JSON.parse(schema));
      } catch (error) {
        if (error instanceof SchemaError) return error;
        throw error;
      }
    });
  }
}

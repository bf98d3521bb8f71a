import type { SchemaChecker } from "../../src/core/ports/schema-checker.ts";
import { SchemaDesk } from "../../src/offload/schema-desk.ts";

const desk = new SchemaDesk();

/** Checks in the test's own thread. */
export const INLINE_SCHEMAS: SchemaChecker = {
  findProblem: async (_, schema) => desk.findProblem(JSON.stringify(schema)),
  check: async (_, schema, text) => desk.check(JSON.stringify(schema), text),
};

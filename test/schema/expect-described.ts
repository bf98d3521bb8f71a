import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";

import { API_ROUTES } from "../../src/http/openapi/api-routes.ts";
import { isRecord } from "../../src/lib/is-record.ts";
import { formatOpenApi } from "../../src/protocols/admin/format-openapi.ts";

const ajv = new Ajv2020({ strict: false, allErrors: true });
const document = formatOpenApi(API_ROUTES, "0.0.0");

/** Checks that a body is just what /openapi.json says of the answers of this operation, no field more. */
export function expectDescribed(method: "get" | "post" | "delete", path: string, body: unknown): void {
  const pointer = ["paths", path, method, "responses", "200", "content", "application/json", "schema"];
  expectSchema(pointer, body);
}

/** The same for errors of routes outside of `/v1/messages`. */
export function expectDescribedError(body: unknown): void {
  expectSchema(["components", "schemas", "Error"], body);
}

function expectSchema(pointer: readonly string[], body: unknown): void {
  const schema = pointer.reduce(
    (inner: unknown, name) => (isRecord(inner) ? inner[name] : undefined),
    document,
  );
  if (!isRecord(schema) || Object.keys(schema).length === 0)
    throw new Error(`No schema: ${pointer.join(" ")}`);
  const problems = ajv.validate(schema, body)
    ? []
    : (ajv.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
      );
  expect(problems, JSON.stringify(body)).toEqual([]);
}

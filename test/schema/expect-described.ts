import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";

import { API_ROUTES } from "../../src/http/openapi/api-routes.ts";
import { isRecord } from "../../src/lib/is-record.ts";
import { formatOpenApi, toTemplate } from "../../src/protocols/admin/format-openapi.ts";

const ajv = new Ajv2020({ strict: false, allErrors: true });
const document = formatOpenApi(API_ROUTES, "0.0.0");
const answerPointer = (method: string, path: string) =>
  ["paths", path, method, "responses", "200", "content", "application/json", "schema"] as const;
const DESCRIBED = API_ROUTES.flatMap(({ method, path }) => {
  const schema = schemaAt(answerPointer(method, toTemplate(path)));
  return schema ? { method, pattern: toPattern(path), schema } : [];
});

/** What the server matches a path against: `:name` is one part of it, or what stands in braces. */
function toPattern(path: string): RegExp {
  const parts = path.replaceAll(/:\w+(?:\{([^}]*)\})?/g, (_, own = "[^/]+") => `(?:${own})`);
  return new RegExp(`^${parts}$`);
}

/** Checks that a body is just what /openapi.json says of the answers of this operation, no field more. */
export function expectDescribed(method: "get" | "post" | "delete", path: string, body: unknown): void {
  expectSchema(answerPointer(method, path), body);
}

/** Checks any answer in JSON of a route outside of the admin API, found as the server finds it. */
export function expectAnswerDescribed(method: string, target: string, body: unknown): void {
  const path = target.split("?", 1)[0] ?? "";
  const found = DESCRIBED.filter(
    (route) => route.method === method.toLowerCase() && route.pattern.test(path),
  );
  // A conversation's name may end like the path of another route: then either may answer.
  const problems = found.map(({ schema }) => problemsOf(schema, body));
  if (problems.length > 0 && !problems.some((each) => each.length === 0)) {
    expect.fail(`${method} ${path} ${JSON.stringify(problems)}: ${JSON.stringify(body)}`);
  }
}

/** The same for errors of routes outside of `/v1/messages`. */
export function expectDescribedError(body: unknown): void {
  expectSchema(["components", "schemas", "Error"], body);
}

function expectSchema(pointer: readonly string[], body: unknown): void {
  const schema = schemaAt(pointer);
  if (!schema) throw new Error(`No schema: ${pointer.join(" ")}`);
  expect(problemsOf(schema, body), JSON.stringify(body)).toEqual([]);
}

function schemaAt(pointer: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  const found = pointer.reduce(
    (inner: unknown, name) => (isRecord(inner) ? inner[name] : undefined),
    document,
  );
  return isRecord(found) && Object.keys(found).length > 0 ? found : undefined;
}

function problemsOf(schema: Readonly<Record<string, unknown>>, body: unknown): readonly string[] {
  if (ajv.validate(schema, body)) return [];
  return (ajv.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

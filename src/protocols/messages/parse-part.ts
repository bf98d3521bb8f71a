import type { z } from "zod";

import type { RequestError } from "../request-error.ts";
import { listWords, parameterError, type Path } from "./parameter-error.ts";

type Issue = z.core.$ZodIssue;

/**
 * Checks one part of a request against its schema.
 * @throws RequestError for the first mistake, worded as the Messages API words it. `path` says where the part stands.
 */
export function parsePart<Schema extends z.ZodType>(
  schema: Schema,
  part: unknown,
  path: Path = [],
): z.output<Schema> {
  const result = schema.safeParse(part);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw result.error;
  throw describeIssue(issue, part, path);
}

/** `part` is the value at `parent`. */
function describeIssue(issue: Issue, part: unknown, parent: Path): RequestError {
  const path = [...parent, ...issue.path];
  const value = readPath(part, issue.path);
  if (issue.code === "invalid_union" && value !== undefined) return describeUnion(issue.errors, value, path);
  return parameterError(path, describe(issue, value));
}

function describe(issue: Issue, value: unknown): string {
  if (value === undefined) return "Field required";
  switch (issue.code) {
    case "invalid_type":
      return `Input should be ${nameType(issue.expected)}`;
    case "invalid_value":
      return `Input should be ${listWords(issue.values.map(String))}`;
    case "too_small":
      return describeSize(value, `at least ${issue.minimum}`, `greater than or equal to ${issue.minimum}`);
    case "too_big":
      return describeSize(value, `at most ${issue.maximum}`, `less than or equal to ${issue.maximum}`);
    case "invalid_format":
      return issue.pattern === undefined
        ? "Input has the wrong format"
        : `String should match pattern '${issue.pattern.replaceAll(/^\/|\/$/g, "")}'`;
    case "custom":
      return issue.message;
    default:
      return "Input is invalid";
  }
}

/** Describes the branch that fits the type of the value or, if none does, all types that would be accepted. */
function describeUnion(branches: readonly Issue[][], value: unknown, path: Path): RequestError {
  const isWrongType = (issue: Issue) => issue.code === "invalid_type" && issue.path.length === 0;
  const [issue] = branches.find((issues) => !issues.some(isWrongType)) ?? [];
  if (issue) return describeIssue(issue, value, path);
  const types = branches.flat().flatMap((each) => (each.code === "invalid_type" ? [each.expected] : []));
  return parameterError(path, `Input should be ${types.map(nameType).join(" or ")}`);
}

function describeSize(value: unknown, length: string, bound: string): string {
  if (Array.isArray(value)) return `List should have ${length} item(s), not ${value.length}`;
  if (typeof value === "string") return `String should have ${length} character(s)`;
  return `Input should be ${bound}`;
}

function nameType(type: string): string {
  const names: Readonly<Record<string, string>> = {
    string: "a valid string",
    number: "a valid number",
    int: "a valid integer",
    boolean: "a valid boolean",
    array: "a valid list",
    object: "a valid dictionary",
    record: "a valid dictionary",
  };
  return names[type] ?? `a valid ${type}`;
}

function readPath(part: unknown, path: Path): unknown {
  let value = part;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

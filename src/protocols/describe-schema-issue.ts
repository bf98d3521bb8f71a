import type { z } from "zod";

import { invalidValue, missingParameter, RequestError } from "./request-error.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The numeric parameters that are not whole numbers; OpenAI's codes tell the two apart. */
const DECIMAL_PARAMETERS = new Set(["temperature", "top_p"]);

/** Words one zod issue as OpenAI words the same mistake: message, `param` and code. `input` is the whole body. */
export function describeSchemaIssue(issue: Issue, input: unknown): RequestError {
  return describe(issue, [], input);
}

function describe(issue: Issue, parent: Path, input: unknown): RequestError {
  const path = [...parent, ...issue.path];
  const param = spellPath(path);
  const value = readPath(input, path);
  switch (issue.code) {
    case "invalid_type":
      return describeType(param, [issue.expected], value);
    case "invalid_value":
      if (typeof value === "string") return invalidValue(param, value, issue.values.map(String));
      return describeType(param, ["string"], value);
    case "invalid_union":
      return describeUnion(issue.errors, path, input);
    case "too_small":
    case "too_big":
      return describeSize(issue, param, value);
    default:
      return new RequestError("invalid_value", `Invalid value for '${param}'.`, param);
  }
}

/** Speaks of the branch that fits the value's own type; when none does, of all the types that would. */
function describeUnion(branches: readonly Issue[][], path: Path, input: unknown): RequestError {
  const isWrongType = (issue: Issue) => issue.code === "invalid_type" && issue.path.length === 0;
  const [issue] = branches.find((issues) => !issues.some(isWrongType)) ?? [];
  if (issue) return describe(issue, path, input);
  const expected = branches.flat().flatMap((each) => (each.code === "invalid_type" ? [each.expected] : []));
  return describeType(spellPath(path), expected, readPath(input, path));
}

function describeType(param: string, expected: readonly string[], value: unknown): RequestError {
  if (value === undefined) return missingParameter(param);
  const words = expected.map((type) => nameExpected(type, param));
  const wanted = words.length > 1 ? `one of ${words.join(" or ")}` : words.join("");
  const subject = param === "" ? "Invalid type for the request body" : `Invalid type for '${param}'`;
  return new RequestError(
    "invalid_type",
    `${subject}: expected ${wanted}, but got ${nameType(value)} instead.`,
    param === "" ? undefined : param,
  );
}

function describeSize(
  issue: Extract<Issue, { code: "too_small" | "too_big" }>,
  param: string,
  value: unknown,
): RequestError {
  const isSmall = issue.code === "too_small";
  const bound = String(issue.code === "too_small" ? issue.minimum : issue.maximum);
  const wanted = `${isSmall ? "minimum" : "maximum"} length ${bound}`;
  if (Array.isArray(value)) {
    const [code, problem, actual] = isSmall
      ? value.length === 0
        ? ["empty_array", "empty array", "an empty array"]
        : ["array_below_min_length", "array too short", `an array with length ${value.length}`]
      : ["array_above_max_length", "array too long", `an array with length ${value.length}`];
    const message = `Invalid '${param}': ${problem}. Expected an array with ${wanted}, but got ${actual} instead.`;
    return new RequestError(code, message, param);
  }
  if (typeof value === "string") {
    const [code, problem] = isSmall
      ? value === ""
        ? ["empty_string", "empty string"]
        : ["string_below_min_length", "string too short"]
      : ["string_above_max_length", "string too long"];
    const actual = value === "" ? "an empty string" : `a string with length ${value.length}`;
    const message = `Invalid '${param}': ${problem}. Expected a string with ${wanted}, but got ${actual} instead.`;
    return new RequestError(code, message, param);
  }
  const noun = DECIMAL_PARAMETERS.has(param) ? "decimal" : "integer";
  const [code, problem, sign] = isSmall
    ? [`${noun}_below_min_value`, "below minimum value", ">="]
    : [`${noun}_above_max_value`, "above maximum value", "<="];
  const message = `Invalid '${param}': ${noun} ${problem}. Expected a value ${sign} ${bound}, but got ${String(value)} instead.`;
  return new RequestError(code, message, param);
}

/** `["messages", 2, "content"]` as OpenAI spells it: `messages[2].content`. */
function spellPath(path: Path): string {
  let spelled = "";
  for (const key of path) {
    if (typeof key === "number") spelled += `[${key}]`;
    else spelled += spelled === "" ? String(key) : `.${String(key)}`;
  }
  return spelled;
}

function readPath(input: unknown, path: Path): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function nameExpected(type: string, param: string): string {
  if (type === "int" || type === "number") return DECIMAL_PARAMETERS.has(param) ? "a decimal" : "an integer";
  return type === "array" || type === "object" ? `an ${type}` : `a ${type}`;
}

function nameType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

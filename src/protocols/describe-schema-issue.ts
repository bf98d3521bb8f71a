import type { z } from "zod";

import { invalidValue, missingParameter, RequestError } from "./request-error.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The numeric parameters that need not be integers; OpenAI has different codes for the two. */
const DECIMAL_PARAMETERS = new Set([
  "temperature",
  "top_p",
  "maxBudgetUsd",
  "max_budget_usd",
  "cost_per_day_usd",
  "cost_per_month_usd",
]);

/** Describes one zod issue as OpenAI describes the same mistake: message, `param` and code. `input` is the whole body. */
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
    case "invalid_format":
      return describePattern(param, issue.pattern ?? issue.format);
    case "custom":
      return new RequestError("invalid_value", `Invalid '${param}'. ${issue.message}`, param);
    default:
      return new RequestError("invalid_value", `Invalid value for '${param}'.`, param);
  }
}

/** Describes the branch that fits the type of the value or, if none does, all types that would be accepted. */
function describeUnion(branches: readonly Issue[][], path: Path, input: unknown): RequestError {
  const value = readPath(input, path);
  // A list of allowed strings is a branch for strings.
  const isForWords = (issue: Issue) => issue.code === "invalid_value" && typeof value !== "string";
  const isWrongType = (issue: Issue) =>
    issue.path.length === 0 && (issue.code === "invalid_type" || isForWords(issue));
  const [issue] = branches.find((issues) => !issues.some(isWrongType)) ?? [];
  if (issue) return describe(issue, path, input);
  const expected = branches.flat().flatMap((each) => {
    if (each.code === "invalid_type") return [each.expected];
    return isForWords(each) ? ["string"] : [];
  });
  return describeType(spellPath(path), expected, value);
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
  if (Array.isArray(value)) return describeLength("array", value.length, isSmall, bound, param);
  if (typeof value === "string") return describeLength("string", value.length, isSmall, bound, param);
  const noun = isDecimal(param) ? "decimal" : "integer";
  const [code, problem, sign] = isSmall
    ? [`${noun}_below_min_value`, "below minimum value", ">"]
    : [`${noun}_above_max_value`, "above maximum value", "<"];
  const expected = `${sign}${issue.inclusive === false ? "" : "="} ${bound}`;
  const message = `Invalid '${param}': ${noun} ${problem}. Expected a value ${expected}, but got ${String(value)} instead.`;
  return new RequestError(code, message, param);
}

/** Whether the last part of a parameter's path is a decimal parameter. */
function isDecimal(param: string): boolean {
  return DECIMAL_PARAMETERS.has(param.slice(param.lastIndexOf(".") + 1));
}

function describeLength(
  kind: "array" | "string",
  length: number,
  isSmall: boolean,
  bound: string,
  param: string,
): RequestError {
  const named = kind === "array" ? "an array" : "a string";
  const wanted = `${named} with ${isSmall ? "minimum" : "maximum"} length ${bound}`;
  if (length === 0) {
    const message = `Invalid '${param}': empty ${kind}. Expected ${wanted}, but got an empty ${kind} instead.`;
    return new RequestError(`empty_${kind}`, message, param);
  }
  const problem = `${kind} too ${isSmall ? "short" : "long"}`;
  const code = isSmall ? `${kind}_below_min_length` : `${kind}_above_max_length`;
  const message = `Invalid '${param}': ${problem}. Expected ${wanted}, but got ${named} with length ${length} instead.`;
  return new RequestError(code, message, param);
}

function describePattern(param: string, pattern: string): RequestError {
  // zod wraps a pattern in slashes.
  const bare = pattern.replace(/^\/(.*)\/[a-z]*$/s, "$1");
  return new RequestError(
    "invalid_value",
    `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '${bare}'.`,
    param,
  );
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
  if (type === "int" || type === "number") return isDecimal(param) ? "a decimal" : "an integer";
  if (type === "object" || type === "record") return "an object";
  return type === "array" ? "an array" : `a ${type}`;
}

function nameType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

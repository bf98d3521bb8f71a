import { isRecord } from "../../lib/is-record.ts";
import type { RequestTool } from "../messages-body.ts";
import type { ApiRequest } from "./api-request.ts";
import { countGrammar, findUnsupported, grammarProblem } from "./grammar-schema.ts";
import type { ModelRules } from "./model-rules.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

const MAX_STRICT_TOOLS = 20;
const PROPERTY_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/** The declared tools: names, schemas, and what strict tools may contain. */
export function checkTools({ body, model }: ApiRequest): Problem | undefined {
  const tools = body.tools ?? [];
  const names = tools.map((tool) => tool["name"]).filter((name) => name !== undefined);
  if (new Set(names).size < names.length) return invalid("tools: Tool names must be unique.");
  for (const [index, tool] of tools.entries()) {
    const problem = isCustom(tool)
      ? checkSchema(tool, `tools.${index}.custom.input_schema`)
      : checkApiTool(tool, model);
    if (problem) return problem;
  }
  return checkStrict(tools);
}

function isCustom(tool: RequestTool): boolean {
  const type = tool["type"] ?? "custom";
  return type === "custom";
}

function checkApiTool(tool: RequestTool, model: ModelRules): Problem | undefined {
  if (tool["type"] !== "computer_20251124" || model.takesOldestComputerTool) return undefined;
  return invalid(`'${model.id}' does not support tool types: computer_20251124.`);
}

function checkSchema(tool: RequestTool, path: string): Problem | undefined {
  // Proof: its shape was checked.
  const schema = tool["input_schema"] as Readonly<Record<string, unknown>>;
  if (schema["type"] === undefined) return invalid(`${path}.type: Field required`);
  if (schema["type"] !== "object") return invalid(`${path}.type: Input should be 'object'`);
  if (["oneOf", "allOf", "anyOf"].some((keyword) => keyword in schema)) {
    return invalid(`${path}: input_schema does not support oneOf, allOf, or anyOf at the top level`);
  }
  const properties = schema["properties"];
  if (properties !== undefined && properties !== null && !isRecord(properties)) {
    return invalid(`${path}.properties: Input should be an object`);
  }
  if (Object.keys(properties ?? {}).some((name) => !PROPERTY_NAME.test(name))) {
    return invalid(`${path}.properties: Property keys should match pattern '${PROPERTY_NAME.source}'`);
  }
  const fault = findSchemaFault(schema);
  if (fault === undefined) return undefined;
  return invalid(
    `${path}: JSON schema is invalid. It must match JSON Schema draft 2020-12 ` +
      `(https://json-schema.org/draft/2020-12). ${fault}`,
  );
}

/** Keywords that must be right in every schema, at any depth. */
function findSchemaFault(schema: unknown): string | undefined {
  if (typeof schema === "boolean") return undefined;
  if (!isRecord(schema)) return "A schema is an object or a boolean.";
  const { type, required } = schema;
  const types = Array.isArray(type) ? type : [type];
  if (type !== undefined && !types.every((one) => TYPES.has(String(one)))) return "Unknown type.";
  if (required !== undefined && !isStringList(required)) return "required is a list of names.";
  if (schema["enum"] !== undefined && !Array.isArray(schema["enum"])) return "enum is a list.";
  for (const child of childSchemas(schema)) {
    const fault = findSchemaFault(child);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const TYPES = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);

function childSchemas(schema: Readonly<Record<string, unknown>>): unknown[] {
  const maps = ["properties", "$defs", "definitions", "patternProperties"].flatMap((keyword) =>
    isRecord(schema[keyword]) ? Object.values(schema[keyword]) : [],
  );
  const lists = ["anyOf", "oneOf", "allOf", "prefixItems"].flatMap((keyword) =>
    Array.isArray(schema[keyword]) ? schema[keyword] : [],
  );
  const single = ["items", "additionalProperties", "not"].flatMap((keyword) =>
    schema[keyword] === undefined ? [] : [schema[keyword]],
  );
  return [...maps, ...lists, ...single];
}

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function checkStrict(tools: readonly RequestTool[]): Problem | undefined {
  const strict = tools.filter((tool) => isCustom(tool) && tool["strict"] === true);
  if (strict.length > MAX_STRICT_TOOLS) {
    return invalid(
      `Too many strict tools (${strict.length}). The maximum number of strict tools supported is ` +
        `${MAX_STRICT_TOOLS}.`,
    );
  }
  for (const [index, tool] of tools.entries()) {
    if (!strict.includes(tool)) continue;
    const fault = findUnsupported(tool["input_schema"]);
    if (fault !== undefined) return invalid(`tools.${index}.custom: ${fault}`);
  }
  return grammarProblem(strict.map((tool) => countGrammar(tool["input_schema"])));
}

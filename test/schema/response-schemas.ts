import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv, type ValidateFunction } from "ajv";
import * as formats from "ajv-formats";
import { expect } from "vitest";

import { ownEventSchema, RESPONSE_FIELD } from "./claude-fields.ts";

/** Made from the `openai` package by `write-response-types.ts`. */
export const RESPONSE_TYPES_FILE = join(import.meta.dirname, "response-types.json");
/** OpenAI's published interface, its structure only. */
const INTERFACE_FILE = join(import.meta.dirname, "openai-interface.json");

/** What the Open Responses specification demands of a response beyond OpenAI's types. */
const OPEN_RESPONSES = {
  store: { type: "boolean" },
  frequency_penalty: { type: "number" },
  presence_penalty: { type: "number" },
};

interface Definition {
  readonly properties: Record<string, object>;
  readonly required: string[];
}
type Definitions = Record<string, Definition>;

/**
 * Where OpenAI's servers themselves say more, or something else, than the package's types: the interface wants the name of the
 * function, lists of items have the status of custom calls, and a response has no usage before its end. `output_text` is made by
 * the package.
 */
function readPackageTypes(): Definitions {
  // Proof for the cast: the file was written from just that; a test compares the two.
  const definitions = JSON.parse(readFileSync(RESPONSE_TYPES_FILE, "utf8")) as Definitions;
  const change = changerOf(definitions);
  const usage = nullable("#/definitions/ResponseUsage");
  change("Response", { usage, ...OPEN_RESPONSES, claude: RESPONSE_FIELD }, ["output_text"]);
  change("ResponseFunctionCallArgumentsDoneEvent", { name: { type: "string" } });
  change("ResponseCustomToolCall", { status: { enum: ["in_progress", "completed", "incomplete"] } });
  change("ResponseErrorEvent", { error: { type: "object" } });
  return definitions;
}

/** The interface itself, but that a response has no usage before its end. */
function readInterface(): Definitions {
  // Proof for the cast: that is how the interface is laid out.
  const document = JSON.parse(readFileSync(INTERFACE_FILE, "utf8")) as {
    components: { schemas: Definitions & { Response: { allOf: Definition[] } } };
  };
  const { schemas } = document.components;
  const response = schemas.Response.allOf.find((part) => part.properties?.["usage"] !== undefined);
  if (!response) throw new Error("The interface has no usage of a response any more.");
  response.properties["usage"] = nullable("#/components/schemas/ResponseUsage");
  return schemas;
}

const validators = new Map<string, ValidateFunction>();
let loaded: { ajv: Ajv; package: Definitions; interface: Definitions } | undefined;

/** Both, loaded once: what is compiled for one type is there for the others. */
function load() {
  if (loaded) return loaded;
  const ajv = new Ajv({ strict: false });
  formats.default.default(ajv);
  ajv.addFormat("unixtime", true);
  loaded = { ajv, package: readPackageTypes(), interface: readInterface() };
  ajv.addSchema({ $id: "package", definitions: loaded.package });
  ajv.addSchema({ $id: "interface", components: { schemas: loaded.interface } });
  return loaded;
}

/** What is wrong with a value by a type of the `openai` package; it may have no further field. */
export function packageProblems(type: string, value: unknown): readonly string[] {
  return problemsOf(`package#/definitions/${type}`, value);
}

/** What is wrong with a value by a schema of OpenAI's interface. */
export function interfaceProblems(name: string, value: unknown): readonly string[] {
  return problemsOf(`interface#/components/schemas/${name}`, value);
}

/** Checks an event that is none of OpenAI's; false when it is no event of ours either. */
export function expectOwnEvent(type: string, event: unknown): boolean {
  const schema = ownEventSchema(type);
  if (!schema) return false;
  const { ajv } = load();
  const validate = validators.get(type) ?? ajv.compile(schema);
  validators.set(type, validate);
  expect(validate(event) ? [] : validate.errors, `${type}: ${JSON.stringify(event)}`).toEqual([]);
  return true;
}

/** Checks a value against both. */
export function expectBoth(
  value: unknown,
  names: { readonly packageType: string; readonly schema: string },
): void {
  const problems = [
    ...packageProblems(names.packageType, value).map((problem) => `package: ${problem}`),
    ...interfaceProblems(names.schema, value).map((problem) => `interface: ${problem}`),
  ];
  expect(problems, `${names.packageType}: ${JSON.stringify(value)}`).toEqual([]);
}

/** What the package and the interface call the events of a type. */
export function eventNames(
  type: string,
): { readonly packageType: string; readonly schema: string } | undefined {
  const packageType = eventName(load().package, type);
  const schema = eventName(load().interface, type);
  return packageType && schema ? { packageType, schema } : undefined;
}

function eventName(definitions: Definitions, type: string): string | undefined {
  return Object.keys(definitions).find((name) => {
    const own = name.endsWith("Event") && JSON.stringify(definitions[name]?.properties?.["type"]);
    return own && own.includes(JSON.stringify(type));
  });
}

function problemsOf($ref: string, value: unknown): readonly string[] {
  const validate = validators.get($ref) ?? load().ajv.compile({ $ref });
  validators.set($ref, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  );
}

function changerOf(definitions: Definitions) {
  return (name: string, fields: Record<string, object>, isOptional: readonly string[] = []) => {
    const definition = definitions[name];
    if (!definition) throw new Error(`The openai package has no object type ${name} any more.`);
    Object.assign(definition.properties, fields);
    const required = definition.required.filter((field) => !isOptional.includes(field));
    Object.assign(definition, { required });
  };
}

function nullable($ref: string): object {
  return { anyOf: [{ $ref }, { type: "null" }] };
}

import { isRecord } from "../../lib/is-record.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { resolvePointer } from "../../core/json-output/json-kind.ts";
import { API_FORMATS, MAX_SCHEMA_COST } from "./enforced-schema.ts";

/** The schema cannot be expressed in the subset of JSON Schema that the API accepts. */
export class UnsupportedSchema extends Error {
  override readonly name = "UnsupportedSchema";
}

const ANNOTATIONS = new Set(
  "title description default examples deprecated readOnly writeOnly discriminator".split(" "),
);
/** These constrain nothing once references are resolved. */
const DROPPED = new Set(
  "$schema $id $anchor $comment $defs definitions $vocabulary discriminator".split(" "),
);
/** What these allow cannot be expressed, and leaving them out would forbid right answers or hide most of the schema. */
const UNSUPPORTED = ["$dynamicRef", "$recursiveRef", "patternProperties", "prefixItems", "additionalItems"];
/** Keywords that apply to one type only. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: "properties required additionalProperties minProperties maxProperties propertyNames".split(" "),
  array: "items minItems maxItems uniqueItems contains".split(" "),
  string: "format pattern minLength maxLength".split(" "),
  number: "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf".split(" "),
};

/**
 * A schema that is inlined is written as often as it is referred to, and so are those inside it: their number may double with each
 * level. No schema of a request has so many parts by itself, or half as much text.
 */
const MAX_PARTS = 8_192;
const MAX_TEXT = 256 * 1024;

/** Writes one schema. The schemas that it refers to go into `$defs` of the result. */
export class ApiSchemaWriter {
  readonly #root: JsonObject;
  readonly #names = new Map<JsonObject, string>();
  readonly #definitions: Record<string, JsonObject> = {};
  /** The schemas that are being written right now; coming back to one of them is recursion. */
  readonly #open = new Set<JsonObject>();
  #optionalProperties = 0;
  #unions = 0;
  #parts = 0;
  #text = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  /** @throws UnsupportedSchema */
  write(): JsonObject {
    const { $ref } = this.#root;
    const schema = typeof $ref === "string" ? this.#inline(this.#root) : this.#schema(this.#root);
    if (this.#optionalProperties > MAX_SCHEMA_COST.optional)
      throw new UnsupportedSchema("optional properties");
    if (this.#unions > MAX_SCHEMA_COST.unions) throw new UnsupportedSchema("unions");
    return this.#names.size > 0 ? { ...schema, $defs: this.#definitions } : schema;
  }

  #schema(schema: unknown): JsonObject {
    if (!isRecord(schema)) throw new UnsupportedSchema("any value");
    if (this.#open.has(schema)) throw new UnsupportedSchema("recursion");
    this.#parts += 1;
    if (this.#parts > MAX_PARTS || this.#text > MAX_TEXT) throw new UnsupportedSchema("size");
    this.#open.add(schema);
    const written = this.#write(schema);
    this.#open.delete(schema);
    this.#text += textIn(written);
    return written;
  }

  #write(schema: JsonObject): JsonObject {
    if (UNSUPPORTED.some((keyword) => keyword in schema)) throw new UnsupportedSchema("keyword");
    if (typeof schema["$ref"] === "string") {
      if (constraints(schema).length > 1) return this.#inline(schema);
      return { $ref: `#/$defs/${this.#define(this.#resolve(schema["$ref"]))}` };
    }
    if ("allOf" in schema) return this.#writeAllOf(schema);
    if (schema["nullable"] === true) return this.#writeNullable(schema);
    const { anyOf, oneOf, enum: values, type } = schema;
    const choices = anyOf ?? oneOf;
    if (choices !== undefined) return this.#writeChoices(schema, choices);
    if (Array.isArray(values)) return withNotes({ enum: values.map(primitive) }, schema, ["enum", "type"]);
    if ("const" in schema) {
      return withNotes({ const: primitive(schema["const"]) }, schema, ["const", "type"]);
    }
    if (Array.isArray(type)) return this.#writeTypes(schema, type);
    return this.#writeType(schema, type ?? impliedType(schema));
  }

  /** Writes the schema that a reference stands for, together with the keywords beside the reference. */
  #inline({ $ref, ...beside }: JsonObject): JsonObject {
    const target = this.#resolve($ref);
    if (this.#open.has(target)) throw new UnsupportedSchema("recursion");
    this.#open.add(target);
    const written = this.#schema(merge(target, beside));
    this.#open.delete(target);
    return written;
  }

  /** Only a list of one schema can be written: of several, each would be closed against the properties of the others. */
  #writeAllOf({ allOf, ...beside }: JsonObject): JsonObject {
    if (!Array.isArray(allOf) || allOf.length !== 1) throw new UnsupportedSchema("allOf");
    const [target]: unknown[] = allOf;
    if (!isRecord(target)) throw new UnsupportedSchema("any value");
    return this.#schema(merge(target, beside));
  }

  #writeNullable(nullable: JsonObject): JsonObject {
    const { nullable: _, ...schema } = nullable;
    if (typeof schema["type"] !== "string" || "enum" in schema) {
      return this.#writeChoices({}, [schema, { type: "null" }]);
    }
    return this.#schema({ ...schema, type: [schema["type"], "null"] });
  }

  #writeChoices(schema: JsonObject, choices: unknown): JsonObject {
    const written = ["anyOf", "oneOf", "type"];
    const others = constraints(schema).filter((keyword) => !written.includes(keyword));
    if (!Array.isArray(choices) || others.length > 0 || ("anyOf" in schema && "oneOf" in schema)) {
      throw new UnsupportedSchema("constraints beside a choice");
    }
    this.#unions += 1;
    return withNotes({ anyOf: choices.map((choice) => this.#schema(choice)) }, schema, written);
  }

  #writeTypes(schema: JsonObject, types: readonly unknown[]): JsonObject {
    const [first] = types;
    if (types.length === 1) return this.#writeType(schema, first);
    if (types.some((type) => type === "object" || type === "array")) {
      const notes = Object.entries(schema).filter(([keyword]) => ANNOTATIONS.has(keyword));
      return this.#writeChoices(
        Object.fromEntries(notes),
        types.map((type) => partFor(type, schema)),
      );
    }
    this.#unions += 1;
    return writePlain(schema, types);
  }

  #writeType(schema: JsonObject, type: unknown): JsonObject {
    if (type === "object") return this.#writeObject(schema);
    if (type === "array") return this.#writeArray(schema);
    return writePlain(schema, type);
  }

  #writeObject(schema: JsonObject): JsonObject {
    const { properties = {}, required = [], additionalProperties } = schema;
    if (!isRecord(properties) || !Array.isArray(required)) throw new UnsupportedSchema("properties");
    const isMap = additionalProperties !== undefined && additionalProperties !== false;
    const names = Object.keys(properties);
    // An object without properties that is not closed can hold whatever Claude likes to say.
    if (isMap || (names.length === 0 && additionalProperties !== false)) throw new UnsupportedSchema("map");
    const optional = new Set(names);
    for (const name of new Set(required)) if (!optional.delete(name)) throw new UnsupportedSchema("required");
    this.#optionalProperties += optional.size;
    const object = {
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name, this.#schema(properties[name])])),
      required,
      additionalProperties: false,
    };
    return withNotes(object, schema, [...Object.keys(object), "unevaluatedProperties"]);
  }

  #writeArray(schema: JsonObject): JsonObject {
    const { minItems } = schema;
    const array = { type: "array", items: this.#schema(schema["items"]) };
    const isEnforced = minItems === 0 || minItems === 1;
    const written = isEnforced ? { ...array, minItems } : array;
    return withNotes(written, schema, Object.keys(written));
  }

  #define(target: JsonObject): string {
    const known = this.#names.get(target);
    if (this.#open.has(target)) throw new UnsupportedSchema("recursion");
    if (known !== undefined) return known;
    const name = `def${this.#names.size + 1}`;
    this.#names.set(target, name);
    this.#definitions[name] = this.#schema(target);
    return name;
  }

  #resolve(reference: unknown): JsonObject {
    const target = typeof reference === "string" ? resolvePointer(reference, this.#root) : undefined;
    if (!isRecord(target)) throw new UnsupportedSchema("reference");
    return target;
  }
}

/** Merges two schemas that both apply, when no keyword of one changes a keyword of the other. */
function merge(schema: JsonObject, beside: JsonObject): JsonObject {
  const rules = constraints(beside);
  const clash = rules.some((keyword) => keyword in schema && schema[keyword] !== beside[keyword]);
  // The closed object of one side would forbid the properties of the other.
  if (clash || (rules.length > 0 && "$ref" in schema)) throw new UnsupportedSchema("two schemas at once");
  return { ...schema, ...beside };
}

function constraints(schema: JsonObject): string[] {
  return Object.keys(schema).filter((keyword) => !ANNOTATIONS.has(keyword) && !DROPPED.has(keyword));
}

function writePlain(schema: JsonObject, type: unknown): JsonObject {
  const isText = [type].flat().includes("string");
  const { format } = schema;
  if (!isText || !API_FORMATS.has(format)) return withNotes({ type }, schema, ["type"]);
  return withNotes({ type, format }, schema, ["type", "format"]);
}

/** Adds title and description. Keywords that are not in `written` go into the description. */
function withNotes(result: JsonObject, schema: JsonObject, written: readonly string[]): JsonObject {
  const { title, description } = schema;
  const said = new Set([...written, "title", "description"]);
  const rest = Object.entries(schema).filter(([keyword]) => !said.has(keyword) && !DROPPED.has(keyword));
  const rules = rest.map(([keyword, value]) => `${keyword}: ${JSON.stringify(value)}`).join(", ");
  const texts = [description, rules && `{${rules}}`].filter(
    (text) => typeof text === "string" && text !== "",
  );
  return {
    ...result,
    ...(typeof title === "string" ? { title } : {}),
    ...(texts.length > 0 ? { description: texts.join("\n\n") } : {}),
  };
}

/** The part of a schema for several types that applies to one of them. */
function partFor(type: unknown, schema: JsonObject): JsonObject {
  const own = type === "integer" ? "number" : type;
  const foreign = Object.entries(KEYWORDS).flatMap(([owner, keywords]) => (owner === own ? [] : keywords));
  const skipped = new Set([...foreign, ...ANNOTATIONS]);
  return { ...Object.fromEntries(Object.entries(schema).filter(([keyword]) => !skipped.has(keyword))), type };
}

function impliedType(schema: JsonObject): string {
  if ("properties" in schema) return "object";
  if ("items" in schema) return "array";
  throw new UnsupportedSchema("any value");
}

/** How much is written in a part itself: characters of its notes, values to choose from. */
function textIn({ title = "", description = "", enum: values }: JsonObject): number {
  return String(title).length + String(description).length + (Array.isArray(values) ? values.length : 0);
}

function primitive(value: unknown): unknown {
  if (typeof value === "object" && value !== null) throw new UnsupportedSchema("a literal object");
  return value;
}

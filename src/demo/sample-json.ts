type Schema = Readonly<Record<string, unknown>>;

/** Below this depth, only required properties: a schema may contain itself. */
const MAX_WHOLE_DEPTH = 8;
/** How deep a schema is followed; what lies deeper is null. */
const MAX_DEPTH = 32;
/** How many values there may be in all, since their number may double with each level; the others are null. */
const MAX_VALUES = 4_096;

/**
 * The simplest JSON value that fits a schema, for the part of JSON Schema that the Messages API supports: the first of any
 * choices, every property, one item in each list, and `words` for texts.
 */
export function sampleJson(schema: unknown, words: string): unknown {
  return sample(schema, { root: asSchema(schema), words, values: 0 }, 0);
}

interface Known {
  readonly root: Schema;
  readonly words: string;
  values: number;
}

function sample(given: unknown, known: Known, depth: number): unknown {
  const schema = asSchema(given);
  known.values += 1;
  if (depth > MAX_DEPTH || known.values > MAX_VALUES) return null;
  const further = (inner: unknown) => sample(inner, known, depth + 1);
  if (typeof schema["$ref"] === "string") return further(resolve(schema["$ref"], known.root));
  if ("const" in schema) return schema["const"];
  for (const choices of [schema["enum"], schema["examples"]]) {
    if (Array.isArray(choices) && choices.length > 0) return choices[0];
  }
  if ("default" in schema) return schema["default"];
  for (const branches of [schema["anyOf"], schema["oneOf"], schema["allOf"]]) {
    if (Array.isArray(branches) && branches.length > 0) return further(branches[0]);
  }
  const { type } = schema;
  switch (Array.isArray(type) ? type[0] : type) {
    case "object": {
      const required = Array.isArray(schema["required"]) ? schema["required"] : [];
      const properties = Object.entries(asSchema(schema["properties"]));
      const wanted = properties.filter(([name]) => depth < MAX_WHOLE_DEPTH || required.includes(name));
      return Object.fromEntries(wanted.map(([name, inner]) => [name, further(inner)]));
    }
    case "array":
      return depth < MAX_WHOLE_DEPTH || Number(schema["minItems"] ?? 0) > 0 ? [further(schema["items"])] : [];
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "string":
      return formatted(schema["format"]) ?? known.words;
    default:
      return null;
  }
}

function formatted(format: unknown): string | undefined {
  return typeof format === "string" ? FORMATS[format] : undefined;
}

const FORMATS: Readonly<Record<string, string>> = {
  date: "2026-01-31",
  time: "12:00:00Z",
  "date-time": "2026-01-31T12:00:00Z",
  duration: "PT1H",
  email: "someone@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** `#/$defs/item` */
function resolve(reference: string, root: Schema): unknown {
  return reference
    .split("/")
    .slice(1)
    .reduce<unknown>((schema, name) => asSchema(schema)[name], root);
}

function asSchema(value: unknown): Schema {
  return typeof value === "object" && value !== null ? (value as Schema) : {};
}

import { Ajv, type AnySchemaObject, type ErrorObject, type Options } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";

/** Says what is wrong with a schema according to its draft; undefined when nothing is. */
export type MetaSchemaCheck = (schema: object) => ErrorObject | undefined;

// Formats in a meta-schema (`regex`, `uri`) are not checked: pattern dialects differ, and the model understands them all.
const OPTIONS: Options = { strict: false, validateFormats: false, logger: false };

const DRAFTS = [
  { names: /\/draft-0[67]\//, create: () => new Ajv(OPTIONS), id: "http://json-schema.org/draft-07/schema" },
  {
    names: /\/draft\/2019-09\//,
    create: () => new Ajv2019(OPTIONS),
    id: "https://json-schema.org/draft/2019-09/schema",
  },
  {
    names: /\/draft\/2020-12\//,
    create: () => new Ajv2020(OPTIONS),
    id: "https://json-schema.org/draft/2020-12/schema",
  },
] as const;
const DEFAULT_DRAFT = DRAFTS[2];

const checks = new Map<string, MetaSchemaCheck>();

/** The check for the draft that `$schema` names; draft 2020-12 when it names none that is known. */
export function metaSchemaCheck(schemaUri: unknown): MetaSchemaCheck {
  const uri = typeof schemaUri === "string" ? schemaUri : "";
  const draft = DRAFTS.find(({ names }) => names.test(uri)) ?? DEFAULT_DRAFT;
  const known = checks.get(draft.id);
  if (known) return known;
  const check = createCheck(draft.create(), draft.id);
  checks.set(draft.id, check);
  return check;
}

function createCheck(ajv: { getSchema: Ajv["getSchema"] }, id: string): MetaSchemaCheck {
  const validate = ajv.getSchema<AnySchemaObject>(id);
  if (validate === undefined) throw new Error(`ajv does not know its own meta-schema ${id}`);
  return (schema) => (validate(schema) ? undefined : validate.errors?.[0]);
}

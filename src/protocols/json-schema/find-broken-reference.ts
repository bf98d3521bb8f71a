import { isRecord } from "../../lib/is-record.ts";
import type { JsonObject } from "../../core/client-tool.ts";
import { resolveSchema } from "./schema-reference.ts";
import { walkSchema } from "./walk-schema.ts";

const META_SCHEMA = /^https?:\/\/json-schema\.org\//;

/** The first `$ref` that leads nowhere inside the schema, or in a circle without ever reaching a schema. */
export function findBrokenReference(root: JsonObject): string | undefined {
  const references: string[] = [];
  const names = new Set<string>();
  for (const schema of walkSchema(root)) {
    const { $ref, $id, $anchor, $dynamicAnchor } = schema;
    if (typeof $ref === "string") references.push($ref);
    // Before draft 2019-09 an anchor was written as `$id: "#name"`.
    if (typeof $id === "string") names.add($id);
    if (typeof $anchor === "string") names.add(`#${$anchor}`);
    if (typeof $dynamicAnchor === "string") names.add(`#${$dynamicAnchor}`);
  }
  return [...new Set(references)].find((reference) => !leadsSomewhere(root, reference, names));
}

function leadsSomewhere(root: JsonObject, reference: string, names: ReadonlySet<string>): boolean {
  if (names.has(reference) || META_SCHEMA.test(reference)) return true;
  const [base = "", fragment] = reference.split("#", 2);
  if (base !== "") return namesResource(base, names);
  const seen = new Set<unknown>();
  let target = resolveSchema(root, `#${fragment ?? ""}`);
  while (isRecord(target) && typeof target["$ref"] === "string" && target["$ref"].startsWith("#")) {
    if (seen.has(target)) return false;
    seen.add(target);
    if (names.has(target["$ref"])) return true;
    target = resolveSchema(root, target["$ref"]);
  }
  // A pointer may also start at an embedded schema that has its own `$id`; such a one is left to the reader.
  return target !== undefined || hasEmbeddedResource(root, names);
}

/** A relative reference is resolved against the `$id` around it, so it is enough that some `$id` ends in it. */
function namesResource(base: string, names: ReadonlySet<string>): boolean {
  return [...names].some((id) => {
    const name = id.replace(/#$/, "");
    return name === base || name.endsWith(`/${base.replace(/^\.?\//, "")}`);
  });
}

function hasEmbeddedResource(root: JsonObject, names: ReadonlySet<string>): boolean {
  return [...names].some((name) => !name.startsWith("#") && name !== root["$id"]);
}

import { isRecord } from "../../lib/is-record.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { resolveSchema } from "./schema-reference.ts";
import { walkSchema } from "./walk-schema.ts";

const META_SCHEMA = /^https?:\/\/json-schema\.org\//;

/** The first `$ref` that leads nowhere inside the schema, or in a circle that never reaches a schema. */
export function findBrokenReference(root: JsonObject): string | undefined {
  const references = new Set<string>();
  const names = new Set<string>();
  for (const schema of walkSchema(root)) {
    const { $ref, $id, $anchor, $dynamicAnchor } = schema;
    if (typeof $ref === "string") references.add($ref);
    // Before draft 2019-09, anchors were written as `$id: "#name"`.
    if (typeof $id === "string") names.add($id);
    if (typeof $anchor === "string") names.add(`#${$anchor}`);
    if (typeof $dynamicAnchor === "string") names.add(`#${$dynamicAnchor}`);
  }
  const known = new Map<string, boolean>();
  const resources = new ResourceNames(names, root["$id"]);
  return [...references].find((reference) => !leadsSomewhere(root, reference, resources, known));
}

/** Follows a chain of references to its end. `known` remembers where others led, so that a long chain is followed only once. */
function leadsSomewhere(
  root: JsonObject,
  reference: string,
  names: ResourceNames,
  known: Map<string, boolean>,
): boolean {
  const path = new Set<string>();
  let next = reference;
  let isGood: boolean | undefined;
  while (isGood === undefined) {
    const before = known.get(next);
    if (before !== undefined) isGood = before;
    else if (path.has(next)) isGood = false;
    else {
      path.add(next);
      const step = followOnce(root, next, names, next === reference);
      if (typeof step === "string") next = step;
      else isGood = step;
    }
  }
  for (const each of path) known.set(each, isGood);
  return isGood;
}

/** The next reference of the chain, or, at its end, whether it is valid. */
function followOnce(
  root: JsonObject,
  reference: string,
  names: ResourceNames,
  isFirst: boolean,
): string | boolean {
  if (names.has(reference)) return true;
  if (isFirst && META_SCHEMA.test(reference)) return true;
  const [base = "", fragment] = reference.split("#", 2);
  if (base !== "") return names.hasResource(base);
  const target = resolveSchema(root, `#${fragment ?? ""}`);
  // A pointer may also start at an embedded schema with its own `$id`; such a pointer is not checked here.
  if (target === undefined) return names.hasEmbedded;
  const next = isRecord(target) ? target["$ref"] : undefined;
  return typeof next === "string" && next.startsWith("#") ? next : true;
}

/** The names that the schemas inside a schema give themselves (`$id`, `$anchor`), to look up the targets of references. */
class ResourceNames {
  readonly #names: ReadonlySet<string>;
  /** Reversed and sorted, so that a binary search finds a name by its ending. */
  readonly #backwards: readonly string[];
  /** Whether an embedded schema has its own `$id`. */
  readonly hasEmbedded: boolean;

  /** `rootId`: the `$id` of the whole schema. */
  constructor(names: ReadonlySet<string>, rootId: unknown) {
    this.#names = names;
    this.#backwards = [...names].map((name) => reverse(name.replace(/#$/, ""))).sort();
    this.hasEmbedded = [...names].some((name) => !name.startsWith("#") && name !== rootId);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** A relative reference is resolved against the surrounding `$id`, so it is enough if some `$id` ends in it. */
  hasResource(base: string): boolean {
    return this.#endsIn(base, true) || this.#endsIn(`/${base.replace(/^\.?\//, "")}`, false);
  }

  #endsIn(text: string, isWhole: boolean): boolean {
    const wanted = reverse(text);
    let low = 0;
    let high = this.#backwards.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#backwards[middle] ?? "") < wanted) low = middle + 1;
      else high = middle;
    }
    const found = this.#backwards[low];
    return found !== undefined && (isWhole ? found === wanted : found.startsWith(wanted));
  }
}

function reverse(text: string): string {
  return text.split("").toReversed().join("");
}

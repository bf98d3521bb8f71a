import { isDeepStrictEqual } from "node:util";

import { valueAt } from "../sources/value-at.ts";

export type ConfigValue = string | number | boolean | null | readonly ConfigValue[] | ConfigObject;
export interface ConfigObject {
  readonly [key: string]: ConfigValue;
}

/** One change to a configuration. What its path leads through is there already. */
export type ConfigChange =
  /** Another value for a field, or an element, that is there. */
  | { readonly type: "set"; readonly path: readonly (string | number)[]; readonly value: ConfigValue }
  /** A new field of an object; the path ends in its name. */
  | { readonly type: "add"; readonly path: readonly (string | number)[]; readonly value: ConfigValue }
  /** A new element of the list at the path. */
  | {
      readonly type: "insert";
      readonly path: readonly (string | number)[];
      readonly at: "start" | "end";
      readonly value: ConfigValue;
    };

/** Where new elements of a list belong. */
export type NewElements = "first" | "last";

/**
 * What has to change for a configuration to hold `content` too. Objects are merged. In lists of objects the first field of each
 * names it: an element with the same name is merged, else a new one is inserted. Everything else is replaced where it differs.
 */
export function changesTo(
  existing: unknown,
  content: ConfigValue,
  newElements: NewElements,
  path: readonly (string | number)[] = [],
): ConfigChange[] {
  if (isObject(content) && isObject(existing)) {
    return Object.entries(content).flatMap(([key, value]): ConfigChange[] => {
      const inside = [...path, key];
      if (!Object.hasOwn(existing, key)) return [{ type: "add", path: inside, value }];
      return changesTo(existing[key], value, newElements, inside);
    });
  }
  if (isListOfObjects(content) && Array.isArray(existing)) {
    const inserted: ConfigChange[] = [];
    const merged = content.flatMap((element) => {
      const index = existing.findIndex((one) => isObject(one) && hasNameOf(one, element));
      if (index !== -1) return changesTo(existing[index], element, newElements, [...path, index]);
      inserted.push({ type: "insert", path, at: newElements === "first" ? "start" : "end", value: element });
      return [];
    });
    // What is merged goes by its index, so that is done before something comes in front of it.
    return [...merged, ...(newElements === "first" ? inserted.toReversed() : inserted)];
  }
  return isDeepStrictEqual(existing, content) ? [] : [{ type: "set", path, value: content }];
}

/** The configuration after the changes. */
export function withChanges(existing: unknown, changes: readonly ConfigChange[]): unknown {
  const root: { value: unknown } = { value: structuredClone(existing) };
  for (const change of changes) {
    const { path } = change;
    const copy = structuredClone(change.value);
    if (change.type === "insert") {
      const list = valueAt(root.value, path);
      if (Array.isArray(list)) list.splice(change.at === "start" ? 0 : list.length, 0, copy);
      continue;
    }
    const parent = valueAt(root.value, path.slice(0, -1));
    const last = path.at(-1);
    if (last === undefined) root.value = copy;
    else if (Array.isArray(parent)) parent[Number(last)] = copy;
    else if (isObject(parent)) Object.assign(parent, { [last]: copy });
  }
  return root.value;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isListOfObjects(value: ConfigValue): value is readonly ConfigObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function hasNameOf(one: Readonly<Record<string, unknown>>, element: ConfigObject): boolean {
  const [name] = Object.keys(element);
  return name !== undefined && one[name] === element[name];
}

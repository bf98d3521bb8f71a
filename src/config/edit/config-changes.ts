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
    }
  /** An element of the list at the path becomes the first one. */
  | { readonly type: "move"; readonly path: readonly (string | number)[]; readonly from: number };

/** Where new elements of a list belong. `first`: the first one counts, so that it is to be the content's first, new or not. */
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
    const places = content.map((element) =>
      existing.findIndex((one) => isObject(one) && hasNameOf(one, element)),
    );
    const [first = -1] = places;
    const isInFront = newElements === "first" && first === -1;
    const merged = content.flatMap((element, index) => {
      const place = places[index] ?? -1;
      return place === -1 ? [] : changesTo(existing[place], element, newElements, [...path, place]);
    });
    const inserted = content
      .filter((_, index) => places[index] === -1)
      .map((value): ConfigChange => ({ type: "insert", path, at: isInFront ? "start" : "end", value }));
    // What is merged goes by its index, so that is done before something comes in front of it.
    return [
      ...merged,
      ...(newElements === "first" && first > 0 ? [{ type: "move", path, from: first } as const] : []),
      ...(isInFront ? inserted.toReversed() : inserted),
    ];
  }
  return isDeepStrictEqual(existing, content) ? [] : [{ type: "set", path, value: content }];
}

/** The configuration after the changes. */
export function withChanges(existing: unknown, changes: readonly ConfigChange[]): unknown {
  const root: { value: unknown } = { value: structuredClone(existing) };
  for (const change of changes) {
    const { path } = change;
    if (change.type === "move") {
      const list = valueAt(root.value, path);
      if (Array.isArray(list)) list.unshift(...list.splice(change.from, 1));
      continue;
    }
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

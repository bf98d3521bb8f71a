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
  | { readonly type: "move"; readonly path: readonly (string | number)[]; readonly from: number }
  /** The field, or the element of a list, is taken out. */
  | { readonly type: "remove"; readonly path: readonly (string | number)[] };

/** Where new elements of a list belong. `first`: the first one counts, so that it is to be the content's first, new or not. */
export type NewElements = "first" | "last";

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
    if (change.type === "remove") {
      removeAt(valueAt(root.value, path.slice(0, -1)), path.at(-1));
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

function removeAt(parent: unknown, last: string | number | undefined): void {
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isObject(parent)) Reflect.deleteProperty(parent, String(last));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

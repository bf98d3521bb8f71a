import { isDeepStrictEqual } from "node:util";

import { type ConfigObject, type ConfigValue, isObject } from "./config-changes.ts";
import { changesTo, mergeElements, type OwnElementsOptions } from "./changes-to.ts";
import { ConfigTextError } from "./config-text-error.ts";
import { type Content, ContentRule, plainContent } from "./content.ts";

/** A field that must not be there. */
export const REMOVED = new ContentRule(undefined, (_existing, _newElements, path) => [
  { type: "remove", path },
]);

/** The values are taken out of a list, if there is one. */
export function excluding(...values: readonly ConfigValue[]): ContentRule {
  return new ContentRule(undefined, (existing, _newElements, path) => {
    if (!Array.isArray(existing)) return [];
    const places = existing.flatMap((one, index) =>
      values.some((value) => isDeepStrictEqual(one, value)) ? [index] : [],
    );
    return places.toReversed().map((place) => ({ type: "remove", path: [...path, place] }));
  });
}

/** The values are put into a list, if there is one. */
export function including(...values: readonly ConfigValue[]): ContentRule {
  return new ContentRule(undefined, (existing, _newElements, path) => {
    if (!Array.isArray(existing)) return [];
    const missing = values.filter((value) => !existing.some((one) => isDeepStrictEqual(one, value)));
    return missing.map((value) => ({ type: "insert", path, at: "end", value }));
  });
}

/** Objects by their names; those with other names are taken out where `isStale` says so. */
export function ownFields(
  fields: Readonly<Record<string, Content>>,
  isStale: (name: string, value: unknown) => boolean,
): ContentRule {
  return new ContentRule(plainContent(fields), (existing, newElements, path) => {
    const changes = changesTo(existing, fields, newElements, path);
    if (!isObject(existing)) return changes;
    const stale = Object.entries(existing).filter(
      ([name, value]) => !Object.hasOwn(fields, name) && isStale(name, value),
    );
    return [...changes, ...stale.map(([name]) => ({ type: "remove", path: [...path, name] }) as const)];
  });
}

/** Elements of a list that others may put theirs into, too. The first field of each names it. */
export function ownElements(elements: readonly ConfigObject[], options: OwnElementsOptions): ContentRule {
  return new ContentRule(elements, (existing, newElements, path) => {
    if (Array.isArray(existing)) return mergeElements(existing, elements, newElements, path, options);
    if (existing === null) return [{ type: "set", path, value: elements }];
    throw new ConfigTextError(`${path.join(".")} is no list`);
  });
}

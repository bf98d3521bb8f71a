import { isDeepStrictEqual } from "node:util";

import { type ConfigChange, type ConfigObject, isObject, type NewElements } from "./config-changes.ts";
import { type Content, ContentRule, isContentObject, plainContent } from "./content.ts";

/**
 * What has to change for a configuration to hold `content` too. Objects are merged. In lists of objects the first field of each
 * names it: an element with the same name is merged, else a new one is inserted. Everything else is replaced where it differs.
 */
export function changesTo(
  existing: unknown,
  content: Content,
  newElements: NewElements,
  path: readonly (string | number)[] = [],
): ConfigChange[] {
  if (content instanceof ContentRule) return content.changesTo(existing, newElements, path);
  if (isContentObject(content) && isObject(existing)) {
    return Object.entries(content).flatMap(([key, inside]): ConfigChange[] => {
      const place = [...path, key];
      if (Object.hasOwn(existing, key)) return changesTo(existing[key], inside, newElements, place);
      const value = plainContent(inside);
      return value === undefined ? [] : [{ type: "add", path: place, value }];
    });
  }
  if (isListOfObjects(content) && Array.isArray(existing)) {
    return mergeElements(existing, content, newElements, path);
  }
  const value = plainContent(content);
  return value === undefined || isDeepStrictEqual(existing, value) ? [] : [{ type: "set", path, value }];
}

/** Of a list that others may put their elements into, too. */
export interface OwnElementsOptions {
  /** Whether an element that has the name of a new one is that one; the others stay, and the new one comes beside them. */
  readonly isOurs: (element: Readonly<Record<string, unknown>>) => boolean;
  /** Whether an element of none of the new names is taken out. */
  readonly isStale: (element: Readonly<Record<string, unknown>>) => boolean;
}

const ALL_MERGED: OwnElementsOptions = { isOurs: () => true, isStale: () => false };

/**
 * What has to change for a list to hold these elements. The first field of each names it: the first of that name that is ours is
 * merged, else a new one is inserted. What is stale is taken out.
 */
export function mergeElements(
  existing: readonly unknown[],
  elements: readonly ConfigObject[],
  newElements: NewElements,
  path: readonly (string | number)[],
  { isOurs, isStale }: OwnElementsOptions = ALL_MERGED,
): ConfigChange[] {
  const places = elements.map((element) =>
    existing.findIndex((one) => isObject(one) && hasNameOf(one, element) && isOurs(one)),
  );
  const [first = -1] = places;
  const isInFront = newElements === "first" && first === -1;
  const isMoved = newElements === "first" && first > 0;
  const merged = elements.flatMap((element, index) => {
    const place = places[index] ?? -1;
    return place === -1 ? [] : changesTo(existing[place], element, newElements, [...path, place]);
  });
  const inserted = elements
    .filter((_, index) => places[index] === -1)
    .map((value): ConfigChange => ({ type: "insert", path, at: isInFront ? "start" : "end", value }));
  const nowAt = (place: number) =>
    isInFront ? place + inserted.length : isMoved && place < first ? place + 1 : place;
  const removed = existing.flatMap((one, place): ConfigChange[] => {
    const isLeft = places.includes(place) || !isObject(one) || !isStale(one);
    return isLeft ? [] : [{ type: "remove", path: [...path, nowAt(place)] }];
  });
  // What is merged goes by its index, so that is done before something comes in front of it; nothing is left empty meanwhile.
  return [
    ...merged,
    ...(isMoved ? [{ type: "move", path, from: first } as const] : []),
    ...(isInFront ? inserted.toReversed() : inserted),
    ...removed.toReversed(),
  ];
}

function hasNameOf(one: Readonly<Record<string, unknown>>, element: ConfigObject): boolean {
  const [name] = Object.keys(element);
  return name !== undefined && one[name] === element[name];
}

function isListOfObjects(content: Content): content is readonly ConfigObject[] {
  return Array.isArray(content) && content.length > 0 && content.every(isObject);
}

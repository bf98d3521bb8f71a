import type { ConfigChange, ConfigValue, NewElements } from "./config-changes.ts";

/** What a configuration is to hold: plain values, and rules for what depends on what is there. */
export type Content = ConfigValue | ContentObject | ContentRule;
export interface ContentObject {
  readonly [key: string]: Content;
}

/** A rule for one place of a configuration. */
export class ContentRule {
  /** What is put there when nothing is; undefined for nothing. */
  readonly whenAbsent: ConfigValue | undefined;
  /** What has to change when something is there. */
  readonly changesTo: (
    existing: unknown,
    newElements: NewElements,
    path: readonly (string | number)[],
  ) => ConfigChange[];

  constructor(whenAbsent: ConfigValue | undefined, changes: ContentRule["changesTo"]) {
    this.whenAbsent = whenAbsent;
    this.changesTo = changes;
  }
}

/** The content for a place where nothing is; undefined when nothing is to be there. */
export function plainContent(content: Content): ConfigValue | undefined {
  if (content instanceof ContentRule) return content.whenAbsent;
  if (!isContentObject(content)) return content;
  const fields = Object.entries(content).flatMap(([key, value]) => {
    const plain = plainContent(value);
    return plain === undefined ? [] : [[key, plain] as const];
  });
  return Object.fromEntries(fields);
}

export function isContentObject(content: Content): content is ContentObject {
  return (
    typeof content === "object" &&
    content !== null &&
    !Array.isArray(content) &&
    !(content instanceof ContentRule)
  );
}

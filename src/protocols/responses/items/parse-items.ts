import { describeSchemaIssue } from "../../describe-schema-issue.ts";
import { invalidValue, missingParameter, unsupportedValue } from "../../request-error.ts";
import { ITEM_SCHEMAS, type KnownItem, type KnownItemType, REFUSED_ITEMS } from "./item-schemas.ts";
import { checkItemContent } from "./parse-item-content.ts";
import type { WireItem } from "../responses-request.ts";

/**
 * Checks items of any type that a client sent as `param`, so that they can be read at any later time. They stay unchanged, except
 * that a missing type is added if the other fields imply it.
 * @throws RequestError naming the first item that is wrong or cannot be served.
 */
export function parseItems(
  values: readonly Readonly<Record<string, unknown>>[],
  param: string,
): readonly WireItem[] {
  return values.map((value, index) => {
    const item = parseItem(value, [param, index]);
    checkItemContent(readItem(item), `${param}[${index}]`);
    return item;
  });
}

/** An item that was checked before, typed by its `type`. */
export function readItem(item: WireItem): KnownItem {
  // Proof: `parseItem` lets an item pass only when it fits the schema of its type.
  return item as unknown as KnownItem;
}

function parseItem(value: Readonly<Record<string, unknown>>, path: readonly [string, number]): WireItem {
  const param = `${path[0]}[${path[1]}]`;
  const type = typeOf(value, param);
  if (!isKnownType(type)) {
    const reason = Object.hasOwn(REFUSED_ITEMS, type) ? REFUSED_ITEMS[type] : undefined;
    if (reason !== undefined) throw unsupportedValue(`${param}.type`, type, reason);
    throw invalidValue(`${param}.type`, type, Object.keys(ITEM_SCHEMAS));
  }
  const result = ITEM_SCHEMAS[type].safeParse(value);
  const [issue] = result.error?.issues ?? [];
  if (issue) {
    const items: unknown[] = [];
    items[path[1]] = value;
    throw describeSchemaIssue({ ...issue, path: [...path, ...issue.path] }, { [path[0]]: items });
  }
  return { ...value, type };
}

function typeOf({ type, role, id }: Readonly<Record<string, unknown>>, param: string): string {
  if (typeof type === "string") return type;
  if (type !== undefined && type !== null) {
    throw describeSchemaIssue(
      { code: "invalid_type", expected: "string", path: [`${param}.type`], message: "", input: type },
      { [`${param}.type`]: type },
    );
  }
  if (role !== undefined) return "message";
  if (typeof id === "string") return "item_reference";
  throw missingParameter(`${param}.type`);
}

function isKnownType(type: string): type is KnownItemType {
  return Object.hasOwn(ITEM_SCHEMAS, type);
}

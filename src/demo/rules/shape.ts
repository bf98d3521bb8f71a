import { isRecord } from "../../lib/is-record.ts";

/**
 * The shape that the API demands of a piece of JSON, as plain data. The paths and messages for what does not fit are the API's
 * own: `messages.0.content.1.text.foo: Extra inputs are not permitted`.
 */
export type Shape =
  | { kind: "any" }
  | { kind: "boolean" }
  | { kind: "text"; minLength?: number; maxLength?: number; pattern?: RegExp }
  | { kind: "number"; min?: number; max?: number; isInteger?: boolean }
  | { kind: "choice"; values: readonly string[] }
  /** Any object: a schema, the input of a tool. */
  | { kind: "record" }
  | { kind: "list"; item: Shape }
  | { kind: "object"; fields: Fields }
  /** Objects distinguished by one field, whose value becomes part of the path. */
  | { kind: "tagged"; tag: string; variants: Readonly<Record<string, Shape>>; missing?: string }
  | { kind: "text-or-list"; item: Shape };

/** Fields that are not named are refused. */
export type Fields = Readonly<Record<string, Field>>;

export interface Field {
  shape: Shape;
  /** Must be there and not null. */
  required?: boolean;
  /** May not be null, though it may be missing. */
  notNull?: boolean;
  /** Known only with one of these betas. */
  betas?: readonly string[];
}

/** The first thing that does not fit, or undefined. */
export function findMisfit(
  value: unknown,
  shape: Shape,
  path: string,
  betas: ReadonlySet<string>,
): string | undefined {
  switch (shape.kind) {
    case "any":
      return undefined;
    case "boolean":
      return typeof value === "boolean" ? undefined : `${path}: Input should be a valid boolean`;
    case "text":
      return findTextMisfit(value, shape, path);
    case "number":
      return findNumberMisfit(value, shape, path);
    case "choice":
      return typeof value === "string" && shape.values.includes(value)
        ? undefined
        : `${path}: Input should be ${enumerate(shape.values)}`;
    case "record":
      return isRecord(value) ? undefined : `${path}: Input should be an object`;
    case "list":
      return findListMisfit(value, shape.item, path, betas);
    case "text-or-list":
      return typeof value === "string" ? undefined : findListMisfit(value, shape.item, path, betas);
    case "object":
      return findFieldMisfit(value, shape.fields, path, betas);
    case "tagged":
      return findVariantMisfit(value, shape, path, betas);
  }
}

function findTextMisfit(
  value: unknown,
  shape: Extract<Shape, { kind: "text" }>,
  path: string,
): string | undefined {
  if (typeof value !== "string") return `${path}: Input should be a valid string`;
  const { minLength = 0, maxLength = Infinity, pattern } = shape;
  if (value.length < minLength) return `${path}: String should have at least ${characters(minLength)}`;
  if (value.length > maxLength) return `${path}: String should have at most ${characters(maxLength)}`;
  if (pattern && !pattern.test(value)) return `${path}: String should match pattern '${pattern.source}'`;
  return undefined;
}

function findNumberMisfit(
  value: unknown,
  shape: Extract<Shape, { kind: "number" }>,
  path: string,
): string | undefined {
  if (typeof value !== "number") {
    return `${path}: Input should be a valid ${shape.isInteger === true ? "integer" : "number"}`;
  }
  if (shape.isInteger === true && !Number.isInteger(value)) return `${path}: Input should be a valid integer`;
  const { min = -Infinity, max = Infinity } = shape;
  if (value < min) return `${path}: Input should be greater than or equal to ${min}`;
  if (value > max) return `${path}: Input should be less than or equal to ${max}`;
  return undefined;
}

function findListMisfit(
  value: unknown,
  item: Shape,
  path: string,
  betas: ReadonlySet<string>,
): string | undefined {
  if (!Array.isArray(value)) return `${path}: Input should be a valid list`;
  for (const [index, entry] of value.entries()) {
    const misfit = findMisfit(entry, item, join(path, String(index)), betas);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function findFieldMisfit(
  value: unknown,
  fields: Fields,
  path: string,
  betas: ReadonlySet<string>,
): string | undefined {
  if (!isRecord(value)) return `${path}: Input should be an object`;
  for (const [name, field] of Object.entries(fields)) {
    if (field.required === true && (value[name] === undefined || value[name] === null)) {
      return `${join(path, name)}: Field required`;
    }
  }
  for (const [name, content] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field || !isOpen(field, betas)) return `${join(path, name)}: Extra inputs are not permitted`;
    if (content === undefined || (content === null && field.notNull !== true)) continue;
    const misfit = findMisfit(content, field.shape, join(path, name), betas);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function findVariantMisfit(
  value: unknown,
  shape: Extract<Shape, { kind: "tagged" }>,
  path: string,
  betas: ReadonlySet<string>,
): string | undefined {
  if (!isRecord(value)) return `${path}: Input should be an object`;
  const tag = value[shape.tag] ?? shape.missing;
  if (tag === undefined) return `${join(path, shape.tag)}: Field required`;
  const variant =
    typeof tag === "string" && Object.hasOwn(shape.variants, tag) ? shape.variants[tag] : undefined;
  if (!variant) {
    const expected = Object.keys(shape.variants).map((name) => `'${name}'`);
    return (
      `${path}: Input tag '${String(tag)}' found using '${shape.tag}' does not match any of the expected ` +
      `tags: ${expected.join(", ")}`
    );
  }
  return findMisfit(value, variant, join(path, String(tag)), betas);
}

function isOpen(field: Field, betas: ReadonlySet<string>): boolean {
  return field.betas === undefined || field.betas.some((beta) => betas.has(beta));
}

function join(path: string, part: string): string {
  return path === "" ? part : `${path}.${part}`;
}

function characters(count: number): string {
  return `${count} character${count === 1 ? "" : "s"}`;
}

function enumerate(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.at(-1) ?? "";
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(", ")} or ${last}`;
}

import { isRecord } from "../../lib/is-record.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { Memo } from "../../lib/memo.ts";
import { sha256 } from "../../lib/sha256.ts";
import { MAX_SCHEMA_LENGTH, type ObjectSchema, readObjectSchema } from "./object-schema.ts";

/** What the Messages API demands of a tool's parameter names; Claude Code leaves out a tool with any other. */
const PROPERTY_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/**
 * The schema of a tool's arguments, so that it reaches the model as intended: an object schema whose property names the Messages
 * API accepts.
 */
export function readToolSchema(given: JsonObject, isTypeOptional: boolean): ObjectSchema {
  const text = textOf(given);
  if (text === undefined || text.length > MAX_SCHEMA_LENGTH) return readAnew(given, isTypeOptional);
  const read = () => readAnew(given, isTypeOptional);
  if (text.length <= SMALL_LENGTH) return remembered.get(`${isTypeOptional} ${text}`, read);
  return rememberedLarge.get(`${isTypeOptional} ${sha256(text)}`, read);
}

/** Agents send the same tools with every request. */
const remembered = new Memo<ObjectSchema>(1500);
const SMALL_LENGTH = 16 * 1024;
/** A request has no room for more of them. */
const rememberedLarge = new Memo<ObjectSchema>(256);

/** Undefined for a schema that is nested too deeply for `JSON.stringify`. */
function textOf(given: JsonObject): string | undefined {
  try {
    return JSON.stringify(given);
  } catch {
    return undefined;
  }
}

function readAnew(given: JsonObject, isTypeOptional: boolean): ObjectSchema {
  const read = readObjectSchema(given, isTypeOptional);
  if ("problem" in read) return read;
  const { properties } = read.schema;
  if (!isRecord(properties)) return read;
  const badName = Object.keys(properties).find((name) => !PROPERTY_NAME.test(name) || name === "__proto__");
  if (badName !== undefined) {
    return {
      problem: `In context=('properties'), '${badName.slice(0, 80)}' is not a name that Claude takes; it must match the pattern '^[a-zA-Z0-9_.-]{1,64}$'.`,
    };
  }
  return read;
}

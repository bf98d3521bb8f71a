import type { OutputFormat } from "../../core/output-format.ts";
import { findCheckingProblem } from "../json-schema/find-checking-problem.ts";
import { readObjectSchema } from "../json-schema/object-schema.ts";
import { invalidValue, missingParameter, RequestError } from "../request-error.ts";
import type { ChatRequestBody } from "./chat-request-schema.ts";

const PARAM = "response_format";

/**
 * What `response_format` demands; nothing for plain text. `strict` makes no difference: an answer always fits its schema.
 * @throws RequestError when there is no such format, or its schema cannot be kept to.
 */
export function parseOutputFormat(body: ChatRequestBody): OutputFormat | undefined {
  const format = body.response_format;
  switch (format?.type) {
    case undefined:
    case "text":
      return undefined;
    case "json_object":
      return { type: "json-object" };
    case "json_schema":
      return parseJsonSchema(format.json_schema);
    default:
      throw invalidValue(`${PARAM}.type`, format?.type ?? "", ["json_object", "json_schema", "text"]);
  }
}

function parseJsonSchema(
  declared: NonNullable<ChatRequestBody["response_format"]>["json_schema"],
): OutputFormat {
  if (!declared) throw missingParameter(`${PARAM}.json_schema`);
  const { name, description, schema } = declared;
  const param = `${PARAM}.json_schema.schema`;
  if (!schema) throw missingParameter(param);
  const read = readObjectSchema(schema, false);
  const problem = "problem" in read ? read.problem : findCheckingProblem(read.schema);
  if ("problem" in read || problem !== undefined) {
    const message = `Invalid schema for response_format '${name}': ${problem}`;
    throw new RequestError("invalid_json_schema", message, param);
  }
  return {
    type: "json-schema",
    name,
    ...(description !== undefined && description !== null && { description }),
    schema: read.schema,
  };
}

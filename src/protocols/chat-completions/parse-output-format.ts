import type { OutputFormat } from "../../core/words/output-format.ts";
import { parseJsonFormat } from "../json-schema/parse-json-format.ts";
import { invalidValue, missingParameter } from "../request-error.ts";
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
      if (!format.json_schema) throw missingParameter(`${PARAM}.json_schema`);
      return parseJsonFormat(format.json_schema, `${PARAM}.json_schema`, PARAM);
    default:
      throw invalidValue(`${PARAM}.type`, format?.type ?? "", ["json_object", "json_schema", "text"]);
  }
}

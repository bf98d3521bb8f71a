import type { OutputFormat } from "../../../core/words/output-format.ts";
import { parseJsonFormat } from "../../json-schema/parse-json-format.ts";
import { invalidValue, missingParameter } from "../../request-error.ts";
import type { TextFormatBody } from "./responses-request-schema.ts";

/**
 * What `text.format` demands; nothing for plain text. `strict` makes no difference: an answer always fits its schema.
 * @throws RequestError when there is no such format, or its schema cannot be kept to
 */
export function parseTextFormat(format: TextFormatBody | null | undefined): OutputFormat | undefined {
  switch (format?.type) {
    case undefined:
    case "text":
      return undefined;
    case "json_object":
      return { type: "json-object" };
    case "json_schema": {
      const { name } = format;
      if (!name) throw missingParameter("text.format.name");
      return parseJsonFormat({ ...format, name }, "text.format", "response_format");
    }
    default:
      throw invalidValue("text.format.type", format?.type ?? "", ["json_object", "json_schema", "text"]);
  }
}

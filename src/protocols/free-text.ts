import type { JsonObject } from "../core/words/client-tool.ts";
import { invalidValue, missingParameter } from "./request-error.ts";

/** The schema that the model sees for a tool that takes free text: one argument that holds all of it. */
export const FREE_TEXT: JsonObject = {
  type: "object",
  properties: { input: { type: "string", description: "The whole input of the tool, as free text." } },
  required: ["input"],
  additionalProperties: false,
};

/** A client's declaration of what the text must look like. */
interface TextFormat {
  readonly type: string;
  readonly syntax?: string | null | undefined;
  readonly definition?: string | null | undefined;
}

/**
 * Describes the format in words: Claude cannot be held to a grammar, but it can be told. Undefined if any text will do.
 * @throws RequestError for an invalid format; `param` is the tool's
 */
export function describeTextFormat(format: TextFormat | null | undefined, param: string): string | undefined {
  switch (format?.type) {
    case undefined:
    case "text":
      return undefined;
    case "grammar": {
      if (!format.definition) throw missingParameter(`${param}.format.definition`);
      const syntax = format.syntax ?? "lark";
      if (syntax !== "lark" && syntax !== "regex") {
        throw invalidValue(`${param}.format.syntax`, syntax, ["lark", "regex"]);
      }
      const kind = syntax === "lark" ? "this grammar in Lark's syntax" : "this regular expression";
      return `\`input\` must match ${kind}, from beginning to end:\n\n${format.definition}`;
    }
    default:
      throw invalidValue(`${param}.format.type`, format?.type ?? "", ["text", "grammar"]);
  }
}

import { isRecord } from "../../../lib/is-record.ts";
import { describeTextFormat, FREE_TEXT } from "../../free-text.ts";

/**
 * A tool in the shape of Chat Completions. Understood are Responses' flat functions (`{type: "function", name, parameters}`) and
 * Anthropic's (`{name, description, input_schema}`), and a flat `custom` tool, which takes free text: its name is added to
 * `textTools`.
 * @throws RequestError for a format of the text that is none
 */
export function toChatTool(tool: unknown, index: number, textTools: Set<string>): unknown {
  if (!isRecord(tool)) return tool;
  const { type = null, name, description, strict } = tool;
  if (isRecord(tool["function"])) return type === null ? { ...tool, type: "function" } : tool;
  if (typeof name !== "string") return tool;
  const schema = tool["input_schema"] ?? tool["parameters"];
  const isBare = type === null || (type === "custom" && isRecord(schema));
  if (isBare || type === "function") {
    return { type: "function", function: { name, description, parameters: schema, strict } };
  }
  if (type !== "custom") return tool;
  textTools.add(name);
  const texts = [description, describeTextFormat(readFormat(tool["format"]), `tools[${index}]`)];
  const described = texts.filter((text) => typeof text === "string" && text !== "").join("\n\n");
  return {
    type: "function",
    function: {
      name,
      ...(described !== "" && { description: described }),
      parameters: FREE_TEXT,
      strict: true,
    },
  };
}

function readFormat(format: unknown): Parameters<typeof describeTextFormat>[0] {
  if (!isRecord(format) || typeof format["type"] !== "string") return undefined;
  const { type, syntax, definition } = format;
  return {
    type,
    syntax: typeof syntax === "string" ? syntax : undefined,
    definition: typeof definition === "string" ? definition : undefined,
  };
}

/** What `tool_choice` says in other words: Responses' flat names, Anthropic's objects. */
export function toChatToolChoice(choice: unknown): unknown {
  if (!isRecord(choice) || isRecord(choice["function"])) return choice;
  const { type, name } = choice;
  if (type === "auto" || type === "none" || type === "required") return type;
  if (type === "any") return "required";
  const isNamed = (type === "function" || type === "tool" || type === "custom") && typeof name === "string";
  return isNamed ? { type: "function", function: { name } } : choice;
}

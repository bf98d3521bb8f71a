import { isRecord } from "../../../lib/is-record.ts";
import { isGiven } from "../../is-given.ts";
import { unsupportedParameter } from "../../request-error.ts";
import { itemsToChatMessages } from "./items-to-chat-messages.ts";
import { toChatMessages } from "./to-chat-messages.ts";
import { describeTextFormat, FREE_TEXT } from "../../free-text.ts";

export interface ChatDialect {
  /** In the shape of Chat Completions, as far as it could be converted. */
  readonly body: unknown;
  /** Free-text tools: their calls carry the text instead of arguments. */
  readonly textTools: ReadonlySet<string>;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Converts requests that clients send to Chat Completions in the shapes of OpenAI's Responses and Anthropic's Messages: Cursor
 * with a custom base URL does so, depending on the model's name. What already has the right shape stays unchanged, and an unknown
 * shape is left for the parser to refuse.
 * @throws RequestError for what has no counterpart
 */
export function toChatBody(sent: unknown): ChatDialect {
  const textTools = new Set<string>();
  if (!isRecord(sent)) return { body: sent, textTools };
  const fields = withSystem(isFromResponses(sent) ? fromResponses(sent) : sent);
  const { tools, messages, tool_choice: choice } = fields;
  const body = {
    ...fields,
    ...(Array.isArray(tools) && { tools: tools.map((tool, index) => toChatTool(tool, index, textTools)) }),
    ...(isRecord(choice) && { tool_choice: toChatToolChoice(choice) }),
    ...(isRecord(choice) && choice["disable_parallel_tool_use"] === true && { parallel_tool_calls: false }),
    ...(Array.isArray(messages) && {
      messages: messages.flatMap((message) => toChatMessages(message, textTools)),
    }),
  };
  return { body, textTools };
}

function isFromResponses({ messages, input }: Fields): boolean {
  const isWithout = !isGiven(messages) || (Array.isArray(messages) && messages.length === 0);
  return isWithout && isGiven(input);
}

function fromResponses(sent: Fields): Fields {
  for (const name of ["previous_response_id", "conversation"]) {
    if (isGiven(sent[name])) {
      throw unsupportedParameter(name, "Use /v1/responses, or send what was said before.");
    }
  }
  const { input, instructions, max_output_tokens: maxTokens, text, messages: _, ...rest } = sent;
  const converted = itemsToChatMessages(input);
  const isInstructed = typeof instructions === "string" && instructions !== "";
  const leading = isInstructed ? [{ role: "system", content: instructions }] : [];
  const { format, verbosity } = isRecord(text) ? text : {};
  return {
    ...(isGiven(maxTokens) && { max_completion_tokens: maxTokens }),
    ...(isGiven(verbosity) && { verbosity }),
    ...(isRecord(format) && { response_format: toResponseFormat(format) }),
    ...rest,
    messages: Array.isArray(converted) ? [...leading, ...converted] : converted,
  };
}

function toResponseFormat(format: Record<string, unknown>): object {
  if (format["type"] !== "json_schema" || isRecord(format["json_schema"])) return format;
  const { type, name, description, schema, strict } = format;
  return { type, json_schema: { name, description, schema, strict } };
}

/** Converts Anthropic's system text and its name for stop sequences. */
function withSystem(fields: Fields): Fields {
  const { system, stop_sequences: stop, ...rest } = fields;
  const isText = typeof system === "string" || Array.isArray(system);
  const isEmpty = isText && system.length === 0;
  const { messages } = fields;
  const isStopUsed = Array.isArray(stop) && !isGiven(fields["stop"]);
  return {
    ...rest,
    ...(isGiven(system) && !isText && { system }),
    ...(isGiven(stop) && (isStopUsed ? { stop } : { stop_sequences: stop })),
    ...(isText &&
      !isEmpty &&
      Array.isArray(messages) && {
        messages: [{ role: "system", content: system }, ...messages],
      }),
  };
}

/**
 * Converts a tool to the shape of Chat Completions. Accepts the flat functions of Responses (`{type: "function", name,
 * parameters}`), Anthropic's tools (`{name, description, input_schema}`), and a flat `custom` tool, which takes free text: its
 * name is added to `textTools`.
 * @throws RequestError for an invalid text format
 */
function toChatTool(tool: unknown, index: number, textTools: Set<string>): unknown {
  if (!isRecord(tool)) return tool;
  const { type = null, name, description, strict, cache_control } = tool;
  const marked = cache_control === undefined ? {} : { cache_control };
  if (isRecord(tool["function"])) return type === null ? { ...tool, type: "function" } : tool;
  if (typeof name !== "string") return tool;
  const schema = tool["input_schema"] ?? tool["parameters"];
  const isBare = type === null || (type === "custom" && isRecord(schema));
  if (isBare || type === "function") {
    return { type: "function", function: { name, description, parameters: schema, strict }, ...marked };
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

/** Converts other forms of `tool_choice`: the flat names of Responses, Anthropic's objects. */
function toChatToolChoice(choice: unknown): unknown {
  if (!isRecord(choice) || isRecord(choice["function"])) return choice;
  const { type, name } = choice;
  if (type === "auto" || type === "none" || type === "required") return type;
  if (type === "any") return "required";
  const isNamed = (type === "function" || type === "tool" || type === "custom") && typeof name === "string";
  return isNamed ? { type: "function", function: { name } } : choice;
}

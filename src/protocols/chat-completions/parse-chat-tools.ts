import { NO_CLIENT_TOOLS, type ClientTool, type ClientTools } from "../../core/words/client-tool.ts";
import { readMark } from "../cache-control.ts";
import { isHostedTool } from "../hosted-tools.ts";
import { parseFunctionSchema } from "../json-schema/parse-function-schema.ts";
import { invalidValue, missingParameter, RequestError, unsupportedValue } from "../request-error.ts";
import { findSizeProblem } from "../tool-bounds.ts";
import type { ChatFunctionBody, ChatRequestBody } from "./chat-request-schema.ts";
import { parseChatToolChoice, parseLegacyToolChoice, withoutTools } from "./parse-chat-tool-choice.ts";

export interface ParsedTools {
  readonly tools: ClientTools;
  /** The tools were declared as `functions`. */
  readonly isLegacyFunctions: boolean;
}

/**
 * The client's tools and whether Claude must call one.
 * @throws RequestError naming the tool that cannot reach the model as intended.
 */
export function parseChatTools(body: ChatRequestBody): ParsedTools {
  const hasTools = (body.tools?.length ?? 0) > 0;
  if (!body.functions?.length) {
    if (typeof body.function_call === "object" && body.function_call !== null) {
      throw withoutTools("function_call", "functions");
    }
    const list = parseTools(body.tools ?? []);
    const isParallel = body.parallel_tool_calls ?? NO_CLIENT_TOOLS.isParallel;
    // All tools that were sent may have been left out.
    const isSentEmpty = list.length === 0 && Boolean(body.tools ?? body.functions);
    const offer = parseChatToolChoice(body, list);
    return {
      tools: { ...offer, isParallel, ...(isSentEmpty && { isSentEmpty }) },
      isLegacyFunctions: false,
    };
  }
  if (hasTools) {
    throw new RequestError(
      "invalid_value",
      "Invalid value for 'functions': 'functions' and 'tools' cannot be used together; 'functions' is the older name.",
      "functions",
    );
  }
  requireFit(body.functions, "functions");
  const list = withUniqueNames(
    body.functions.map((declared, index) => parseFunction(declared, `functions[${index}]`)),
    (index) => `functions[${index}]`,
  );
  // `function_call` in an answer has room for one call.
  const tools = { list, choice: parseLegacyToolChoice(body.function_call, list), isParallel: false };
  return { tools, isLegacyFunctions: true };
}

type ToolBody = NonNullable<ChatRequestBody["tools"]>[number];

/** Leaves hosted tools out: clients offer them without needing them, and Chat Completions cannot express their calls. */
function parseTools(bodies: readonly ToolBody[]): readonly ClientTool[] {
  const own = [...bodies.entries()].filter(([, { type }]) => !isHostedTool(type));
  requireFit(bodies, "tools");
  const list = own.map(([index, tool]) => parseTool(tool, `tools[${index}]`));
  return withUniqueNames(list, (position) => `tools[${own[position]?.[0]}].function`);
}

function parseTool(tool: ToolBody, param: string): ClientTool {
  if (tool.type === "custom") {
    throw unsupportedValue(`${param}.type`, tool.type, "Claude takes tools of type 'function' only.");
  }
  if (tool.type !== "function") throw invalidValue(`${param}.type`, tool.type, ["function", "custom"]);
  if (!tool.function) throw missingParameter(`${param}.function`);
  // Some put the mark inside the function.
  return { ...parseFunction(tool.function, `${param}.function`), ...readMark(tool) };
}

function requireFit(bodies: readonly object[], param: string): void {
  const problem = findSizeProblem(bodies);
  if (problem) throw new RequestError("invalid_value", `Invalid '${param}': ${problem}`, param);
}

function parseFunction(body: ChatFunctionBody, param: string): ClientTool {
  const { name, description, parameters, strict } = body;
  const inputSchema = parseFunctionSchema({ name, parameters }, param);
  return {
    name,
    ...(description !== undefined && description !== null && { description }),
    inputSchema,
    ...(strict && { isStrict: true }),
    ...readMark(body),
  };
}

function withUniqueNames(
  list: readonly ClientTool[],
  paramOf: (index: number) => string,
): readonly ClientTool[] {
  const names = new Set<string>();
  for (const [index, { name }] of list.entries()) {
    if (names.has(name)) {
      const param = `${paramOf(index)}.name`;
      throw new RequestError(
        "invalid_value",
        `Invalid '${param}': duplicate name '${name}'. Each function must have a name of its own.`,
        param,
      );
    }
    names.add(name);
  }
  return list;
}

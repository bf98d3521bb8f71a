import type { ClientTool, ClientTools, ToolChoice } from "../../core/words/client-tool.ts";
import { isHostedTool, UNSERVED_TOOLS } from "../hosted-tools.ts";
import { invalidValue, missingParameter, RequestError, unsupportedValue } from "../request-error.ts";
import type { ChatRequestBody, ChatToolNameBody } from "./chat-request-schema.ts";

type Offer = Pick<ClientTools, "list" | "choice">;

/**
 * Applies `tool_choice` to the declared tools: which are offered, and whether one must be called.
 * @throws RequestError when it asks for a tool that was not declared.
 */
export function parseChatToolChoice(body: ChatRequestBody, declared: readonly ClientTool[]): Offer {
  const choice = body.tool_choice ?? "auto";
  // Many clients send `auto` and `none` whether they have tools or not.
  if (choice === "auto" || choice === "none") return { list: declared, choice: { type: choice } };
  const named = typeof choice === "string" ? [] : (choice.allowed_tools?.tools ?? [choice]);
  for (const { type } of named) requireServed(type, body);
  if (declared.length === 0) throw nothingToChoose(choice, body);
  if (choice === "required") return { list: declared, choice: { type: "required" } };

  switch (choice.type) {
    case "function": {
      const name = requireName(choice, "tool_choice");
      requireDeclared(name, declared, "tool_choice", "tools");
      return { list: declared, choice: { type: "tool", name } };
    }
    case "allowed_tools": {
      const { allowed_tools: allowed } = choice;
      if (!allowed) throw missingParameter("tool_choice.allowed_tools");
      const names = allowed.tools.map((tool, index) => {
        const param = `tool_choice.allowed_tools.tools[${index}]`;
        if (tool.type !== "function") throw invalidValue(`${param}.type`, tool.type, ["function"]);
        const name = requireName(tool, param);
        requireDeclared(name, declared, "tool_choice", "tools");
        return name;
      });
      const offered = new Set(names);
      return { list: declared.filter(({ name }) => offered.has(name)), choice: { type: allowed.mode } };
    }
    case "custom":
      throw unsupportedValue("tool_choice.type", choice.type, "Claude takes tools of type 'function' only.");
    default:
      throw invalidValue("tool_choice.type", choice.type, ["function", "allowed_tools", "custom"]);
  }
}

/** The same for the older `function_call`. */
export function parseLegacyToolChoice(
  choice: ChatRequestBody["function_call"],
  declared: readonly ClientTool[],
): ToolChoice {
  if (choice === undefined || choice === null) return { type: "auto" };
  if (typeof choice === "string") return { type: choice };
  requireDeclared(choice.name, declared, "function_call", "functions");
  return { type: "tool", name: choice.name };
}

/** Refuses the choice of a hosted tool that was declared but left out. */
function requireServed(type: string, { tools }: ChatRequestBody): void {
  if (!isHostedTool(type) || !tools?.some((tool) => tool.type === type)) return;
  const hint = UNSERVED_TOOLS.get(type) ?? "Chat Completions takes tools of type 'function' only.";
  throw unsupportedValue("tool_choice", type, hint);
}

function nothingToChoose(choice: unknown, { tools }: ChatRequestBody): RequestError {
  if (choice !== "required" || !tools || tools.length === 0) return withoutTools("tool_choice", "tools");
  const types = [...new Set(tools.map(({ type }) => type))].join(", ");
  return unsupportedValue("tool_choice", choice, `None of the tools in 'tools' is served here: ${types}.`);
}

/** Worded like OpenAI's. */
export function withoutTools(param: string, needed: string): RequestError {
  return new RequestError(
    null,
    `Invalid value for '${param}': '${param}' is only allowed when '${needed}' are specified.`,
    param,
  );
}

function requireName(tool: ChatToolNameBody, param: string): string {
  if (!tool.function) throw missingParameter(`${param}.function`);
  return tool.function.name;
}

function requireDeclared(name: string, declared: readonly ClientTool[], param: string, needed: string): void {
  if (declared.some((tool) => tool.name === name)) return;
  throw new RequestError(
    "invalid_value",
    `Invalid value for '${param}': function '${name.slice(0, 64)}' is not declared in '${needed}'.`,
    param,
  );
}

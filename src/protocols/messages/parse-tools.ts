import { z } from "zod";

import {
  type ClientTool,
  type ClientTools,
  NO_CLIENT_TOOLS,
  type ToolChoice,
} from "../../core/words/client-tool.ts";
import { readMark } from "../cache-control.ts";
import { readToolSchema } from "../json-schema/tool-schema.ts";
import { findSizeProblem, MAX_TOOLS } from "../tool-bounds.ts";
import type { PromptBody } from "./messages-request-schema.ts";
import { notServed, parameterError } from "./parameter-error.ts";
import { parsePart } from "./parse-part.ts";

const toolSchema = z.looseObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()),
  strict: z.boolean().nullish(),
});

type ToolBody = NonNullable<PromptBody["tools"]>[number];
type ToolChoiceBody = NonNullable<PromptBody["tool_choice"]>;

/**
 * The client's tools and whether Claude must call one.
 * @throws RequestError for a tool that only the API itself could run, naming it.
 */
export function parseTools({ tools, tool_choice: choice }: PromptBody): ClientTools {
  const count = tools?.length ?? 0;
  if (count > MAX_TOOLS) {
    throw parameterError(["tools"], `There may be at most ${MAX_TOOLS} tools, but there are ${count}.`);
  }
  const sizeProblem = findSizeProblem(tools ?? []);
  if (sizeProblem) throw parameterError(["tools"], sizeProblem);
  const list = (tools ?? []).map(parseTool);
  if (new Set(list.map((tool) => tool.name)).size < list.length) {
    throw parameterError(["tools"], "Tool names must be unique.");
  }
  const sentEmpty = tools?.length === 0 ? { isSentEmpty: true as const } : {};
  if (!choice) return { ...NO_CLIENT_TOOLS, list, ...sentEmpty };
  return {
    list,
    ...sentEmpty,
    choice: parseChoice(choice, list),
    isParallel: !(choice.disable_parallel_tool_use ?? false),
  };
}

function parseTool(tool: ToolBody, index: number): ClientTool {
  const path = ["tools", index];
  const { type } = tool;
  if (type !== undefined && type !== null && type !== "custom") {
    throw parameterError(
      [...path, "type"],
      `'${type}' is not supported by this server. Only custom tools, with a name and an input_schema, are.`,
    );
  }
  const customPath = [...path, "custom"];
  const { name, description, input_schema: schema, strict } = parsePart(toolSchema, tool, customPath);
  const read = readToolSchema(schema, false);
  if ("problem" in read) throw parameterError([...customPath, "input_schema"], read.problem);
  return {
    name,
    ...(description !== undefined && description !== null && { description }),
    inputSchema: read.schema,
    ...(strict && { isStrict: strict }),
    ...readMark(tool),
  };
}

function parseChoice(choice: ToolChoiceBody, list: readonly ClientTool[]): ToolChoice {
  const { type, name } = choice;
  if (type === "auto" || type === "none") return { type };
  if (list.length === 0) {
    throw parameterError(["tool_choice"], "may only be specified while providing tools");
  }
  if (type === "any") return { type: "required" };
  if (typeof name !== "string") throw parameterError(["tool_choice", "tool", "name"], "Field required");
  if (!list.some((tool) => tool.name === name)) {
    throw parameterError(["tool_choice"], `Tool '${name}' not found in provided tools`);
  }
  return { type: "tool", name };
}

/** Refuses tools that somebody other than the client would run. */
export function rejectForeignTools(body: PromptBody): void {
  if (body.mcp_servers?.length) throw notServed(["mcp_servers"], "MCP servers given by a client are");
  if (body.container !== undefined && body.container !== null)
    throw notServed(["container"], "Containers are");
}

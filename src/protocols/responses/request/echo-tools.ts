import type { JsonObject } from "../../../core/words/client-tool.ts";
import { modelToolName } from "../tools/model-tool-name.ts";
import type { DeclaredTools } from "../tools/parse-responses-tools.ts";
import type { NamedToolBody, ToolBody } from "./responses-request-schema.ts";

/** The declared tools as a response repeats them: with OpenAI's defaults, without secrets. */
export function echoTools(
  tools: readonly ToolBody[],
  { client }: Pick<DeclaredTools, "client">,
): readonly JsonObject[] {
  const strictNames = new Set(client.flatMap(({ tool }) => (tool.isStrict ? [tool.name] : [])));
  return tools.map((tool) => echoTool(tool, strictNames));
}

function echoTool(tool: ToolBody, strictNames: ReadonlySet<string>): JsonObject {
  const given = withoutNulls(tool);
  switch (tool.type) {
    case "function":
    case "custom":
      return echoNamed(tool, strictNames);
    case "namespace": {
      const tools = tool.tools?.map((each) => echoNamed(each, strictNames, tool.name));
      return { description: "", ...given, tools };
    }
    case "mcp":
      return { ...echoMcp(given), require_approval: tool.require_approval ?? "always" };
    case "web_search":
    case "web_search_2025_08_26":
      return { filters: null, user_location: null, search_context_size: "medium", ...given };
    case "web_search_preview":
    case "web_search_preview_2025_03_11":
      return { user_location: null, search_context_size: "medium", ...given };
    case "shell":
      return { ...given, environment: tool.environment ?? { type: "local" } };
    case "code_interpreter":
      return { ...given, container: tool.container ?? { type: "auto" } };
    default:
      return given;
  }
}

function echoNamed(
  tool: NamedToolBody,
  strictNames: ReadonlySet<string>,
  namespace?: string | null,
): JsonObject {
  const given = withoutNulls(tool);
  if (tool.type === "custom") return { ...given, format: tool.format ?? { type: "text" } };
  return {
    ...given,
    description: tool.description ?? null,
    parameters: tool.parameters ?? null,
    strict: strictNames.has(modelToolName(tool.name ?? "", namespace)),
  };
}

/** Secrets are left out: whoever reads a stored response later need not be the one who sent the request. */
function echoMcp(given: JsonObject): JsonObject {
  const { headers, server_url: url } = given;
  const parsed = typeof url === "string" ? URL.parse(url.trim()) : null;
  const open = Object.entries(given).filter(([name]) => name !== "authorization");
  return {
    allowed_tools: null,
    ...Object.fromEntries(open),
    ...(parsed && { server_url: `${parsed.origin}${parsed.pathname}` }),
    headers: typeof headers === "object" && headers !== null ? redact(headers) : null,
  };
}

function redact(headers: object): JsonObject {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, "<redacted>"]));
}

function withoutNulls(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

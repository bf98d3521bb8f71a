import type { RemoteMcpServer } from "../../../core/words/server-tools.ts";
import { invalidValue, missingParameter, RequestError, unsupportedParameter } from "../../request-error.ts";
import { findSizeProblem, MAX_TOOLS } from "../../tool-bounds.ts";
import { UNSERVED_TOOLS, WEB_SEARCH_TYPES } from "../../hosted-tools.ts";
import { APPLY_PATCH_TOOL, LOCAL_SHELL_TOOL, SHELL_TOOL } from "./client-run-tools.ts";
import { parseMcpTool } from "./parse-mcp-tool.ts";
import { type ParsedTool, parseNamedTool, requireDirectCalls } from "./parse-named-tool.ts";
import type { HostedTool } from "../responses-request.ts";
import type { ToolBody } from "../request/responses-request-schema.ts";

export interface DeclaredTools {
  /** The tools that the client runs. */
  readonly client: readonly ParsedTool[];
  readonly hosted: ReadonlySet<HostedTool>;
  readonly mcpServers: readonly RemoteMcpServer[];
  /** The types of the tools that were left out. */
  readonly unserved: ReadonlySet<string>;
}

const SERVED = [
  "function",
  "custom",
  "namespace",
  "mcp",
  ...WEB_SEARCH_TYPES,
  "code_interpreter",
  "shell",
  "local_shell",
  "apply_patch",
];

/** The result of one declaration. */
type Entry =
  | { readonly type: "client"; readonly tools: readonly PlacedTool[] }
  | { readonly type: "hosted"; readonly tool: HostedTool }
  | { readonly type: "mcp"; readonly server: RemoteMcpServer; readonly param: string }
  | { readonly type: "unserved"; readonly tool: string };

interface PlacedTool extends ParsedTool {
  readonly param: string;
}

/**
 * Reads the declared tools. Hosted tools that are not served are left out, since clients offer them without needing them.
 * @throws RequestError naming the first tool that is wrong
 */
export function parseResponsesTools(bodies: readonly ToolBody[]): DeclaredTools {
  requireFewEnough(bodies);
  const sizeProblem = findSizeProblem(bodies);
  if (sizeProblem) throw new RequestError("invalid_value", `Invalid 'tools': ${sizeProblem}`, "tools");
  const entries = bodies.map((body, index) => parseTool(body, `tools[${index}]`));
  const client = entries.flatMap((entry) => (entry.type === "client" ? entry.tools : []));
  const mcp = entries.filter((entry) => entry.type === "mcp");
  requireUnique(client.map(({ tool, param }) => [tool.name, `${param}.name`, "name"]));
  requireUnique(mcp.map(({ server, param }) => [server.label, `${param}.server_label`, "server_label"]));
  return {
    client,
    hosted: new Set(entries.flatMap((entry) => (entry.type === "hosted" ? [entry.tool] : []))),
    mcpServers: mcp.map(({ server }) => server),
    unserved: new Set(entries.flatMap((entry) => (entry.type === "unserved" ? [entry.tool] : []))),
  };
}

function requireFewEnough(bodies: readonly ToolBody[]): void {
  const count = bodies.reduce((sum, { tools }) => sum + (tools?.length ?? 1), 0);
  if (count <= MAX_TOOLS) return;
  throw new RequestError(
    "array_above_max_length",
    `Invalid 'tools': array too long. Expected at most ${MAX_TOOLS} tools, those of namespaces included, but got ${count} instead.`,
    "tools",
  );
}

function parseTool(body: ToolBody, param: string): Entry {
  if (UNSERVED_TOOLS.has(body.type)) return { type: "unserved", tool: body.type };
  requireDirectCalls(body, param);
  if (WEB_SEARCH_TYPES.has(body.type)) return { type: "hosted", tool: "web_search" };
  const own = (parsed: ParsedTool): Entry => ({ type: "client", tools: [{ ...parsed, param }] });
  switch (body.type) {
    case "function":
    case "custom":
      return own(parseNamedTool(body, param));
    case "namespace":
      return { type: "client", tools: parseNamespace(body, param) };
    case "mcp":
      return { type: "mcp", server: parseMcpTool(body, param), param };
    case "code_interpreter":
      if (typeof body.container === "object") {
        refuseContent(body.container?.file_ids, `${param}.container.file_ids`);
      }
      return { type: "hosted", tool: "code_interpreter" };
    case "shell":
      if (isHostedShell(body, param)) return { type: "hosted", tool: "shell" };
      return own({ tool: SHELL_TOOL, origin: { type: "shell" } });
    case "local_shell":
      return own({ tool: LOCAL_SHELL_TOOL, origin: { type: "local_shell" } });
    case "apply_patch":
      return own({ tool: APPLY_PATCH_TOOL, origin: { type: "apply_patch" } });
    default:
      throw invalidValue(`${param}.type`, body.type, SERVED);
  }
}

function parseNamespace(body: ToolBody, param: string): readonly PlacedTool[] {
  const { name, description, tools } = body;
  if (!name) throw missingParameter(`${param}.name`);
  if (!tools) throw missingParameter(`${param}.tools`);
  return tools.map((tool, index) => {
    const toolParam = `${param}.tools[${index}]`;
    return {
      ...parseNamedTool(tool, toolParam, { name, ...(description && { description }) }),
      param: toolParam,
    };
  });
}

const ENVIRONMENTS = ["local", "container_auto", "container_reference"];

/** Without an environment the commands are for the client, as before there were environments. */
function isHostedShell({ environment }: ToolBody, param: string): boolean {
  if (typeof environment === "string") throw invalidValue(`${param}.environment`, environment, ENVIRONMENTS);
  switch (environment?.type) {
    case undefined:
    case "local":
      return false;
    case "container_auto":
    case "container_reference":
      refuseContent(environment.file_ids, `${param}.environment.file_ids`);
      refuseContent(environment.skills, `${param}.environment.skills`);
      return true;
    default:
      throw invalidValue(`${param}.environment.type`, environment?.type ?? "", ENVIRONMENTS);
  }
}

/** Refuses content for the container: it would be missing in the workspace. */
function refuseContent(content: readonly unknown[] | null | undefined, param: string): void {
  if (!content || content.length === 0) return;
  throw unsupportedParameter(param, "Tools work in the server's workspace; put what they need there.");
}

function requireUnique(entries: readonly (readonly [key: string, param: string, what: string])[]): void {
  const keys = new Set<string>();
  for (const [key, param, what] of entries) {
    if (keys.has(key)) {
      throw new RequestError(
        "invalid_value",
        `Invalid '${param}': duplicate ${what} '${key}'. Each tool must have a ${what} of its own.`,
        param,
      );
    }
    keys.add(key);
  }
}

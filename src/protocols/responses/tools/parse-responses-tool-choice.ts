import type { ClientTool, ToolChoice } from "../../../core/words/client-tool.ts";
import { UNSERVED_TOOLS, WEB_SEARCH_TYPES } from "../../hosted-tools.ts";
import { invalidValue, missingParameter, RequestError, unsupportedValue } from "../../request-error.ts";
import type { ParsedTool } from "./parse-named-tool.ts";
import type { DeclaredTools } from "./parse-responses-tools.ts";
import type { RemoteMcpServer } from "../../../core/words/server-tools.ts";
import type { HostedTool } from "../responses-request.ts";
import type { ResponsesRequestBody, ToolReferenceBody } from "../request/responses-request-schema.ts";

/** The tools that the model is finally offered. */
export interface ChosenTools {
  readonly list: readonly ClientTool[];
  readonly choice: ToolChoice;
  readonly hosted: ReadonlySet<HostedTool>;
  readonly mcpServers: readonly RemoteMcpServer[];
  /** Whether Claude may call no tool although the client demands a call: only calls of client tools can be forced. */
  readonly isWeakened: boolean;
}

/** A tool, or the tools of one server, that a choice names. */
type Match =
  | { readonly type: "client"; readonly name: string }
  | { readonly type: "hosted"; readonly tool: HostedTool }
  | { readonly type: "mcp"; readonly label: string; readonly toolName?: string };

const CHOICE_TYPES = [
  "function",
  "custom",
  "allowed_tools",
  "mcp",
  ...WEB_SEARCH_TYPES,
  "code_interpreter",
  "shell",
  "local_shell",
  "apply_patch",
  "file_search",
  "image_generation",
  "computer",
  "computer_use",
  "computer_use_preview",
];

/**
 * Applies `tool_choice` to the declared tools. `bringsApprovals`: the input decides on calls of MCP servers.
 * @throws RequestError when it asks for a tool that was not declared
 */
export function parseResponsesToolChoice(
  given: ResponsesRequestBody["tool_choice"],
  declared: DeclaredTools,
  bringsApprovals = false,
): ChosenTools {
  const { hosted, mcpServers } = declared;
  const list = declared.client.map(({ tool }) => tool);
  const offered = { list, hosted, mcpServers, isWeakened: false };
  // `tool_choice` of the Messages API rules over the client's tools alone. A server stays for the calls that are approved.
  const clientsOnly = {
    ...offered,
    hosted: new Set<HostedTool>(),
    ...(!bringsApprovals && { mcpServers: [] }),
  };
  const choice = given ?? "auto";
  // Many clients send `auto` and `none` whether they have tools or not.
  if (choice === "auto") return { ...offered, choice: { type: "auto" } };
  if (choice === "none") return { ...clientsOnly, choice: { type: "none" } };
  if (choice === "required") {
    if (list.length > 0) return { ...offered, choice: { type: "required" } };
    if (hosted.size + mcpServers.length === 0) throw nothingToRequire(declared);
    return { ...offered, choice: { type: "auto" }, isWeakened: true };
  }
  if (choice.type === "allowed_tools") {
    const { mode, tools } = choice;
    if (!mode) throw missingParameter("tool_choice.mode");
    if (!tools) throw missingParameter("tool_choice.tools");
    const matches = tools.map((tool, index) => findTool(tool, declared, `tool_choice.tools[${index}]`));
    return allowOnly(matches, mode, offered);
  }
  const match = findTool(choice, declared, "tool_choice");
  if (match.type === "client") return { ...clientsOnly, choice: { type: "tool", name: match.name } };
  return { ...offered, choice: { type: "auto" }, isWeakened: true };
}

function allowOnly(
  matches: readonly Match[],
  mode: "auto" | "required",
  { list, mcpServers }: Omit<ChosenTools, "choice">,
): ChosenTools {
  const names = new Set(matches.flatMap((match) => (match.type === "client" ? [match.name] : [])));
  const allowed = list.filter(({ name }) => names.has(name));
  const canForce = mode === "required" && allowed.length > 0;
  return {
    list: allowed,
    choice: { type: canForce ? "required" : "auto" },
    hosted: new Set(matches.flatMap((match) => (match.type === "hosted" ? [match.tool] : []))),
    mcpServers: mcpServers.flatMap((server) => restrictServer(server, matches)),
    isWeakened: mode === "required" && !canForce,
  };
}

function restrictServer(server: RemoteMcpServer, matches: readonly Match[]): readonly RemoteMcpServer[] {
  const own = matches.filter((match) => match.type === "mcp").filter(({ label }) => label === server.label);
  if (own.length === 0) return [];
  const names = own.flatMap(({ toolName }) => toolName ?? []);
  if (names.length < own.length) return [server];
  return [{ ...server, allowedTools: names.filter((name) => server.allowedTools?.includes(name) ?? true) }];
}

function findTool(reference: ToolReferenceBody, declared: DeclaredTools, param: string): Match {
  const unserved = declared.unserved.has(reference.type) && UNSERVED_TOOLS.get(reference.type);
  if (unserved) throw unsupportedValue(`${param}.type`, reference.type, unserved);
  const match = matchOf(reference, declared, param);
  if (match) return match;
  if (!CHOICE_TYPES.includes(reference.type))
    throw invalidValue(`${param}.type`, reference.type, CHOICE_TYPES);
  throw notDeclared(reference.name ?? reference.server_label ?? reference.type);
}

function matchOf(reference: ToolReferenceBody, declared: DeclaredTools, param: string): Match | undefined {
  const { type } = reference;
  if (WEB_SEARCH_TYPES.has(type)) return hostedMatch("web_search", declared);
  switch (type) {
    case "function":
    case "custom": {
      if (!reference.name) throw missingParameter(`${param}.name`);
      const named = declared.client.filter((tool) => isNamed(tool, reference));
      // A tool outside any namespace takes precedence.
      const found =
        named.find(({ origin }) => "name" in origin && origin.namespace === undefined) ?? named[0];
      return found && { type: "client", name: found.tool.name };
    }
    case "mcp": {
      const { server_label: label, name } = reference;
      if (!label) throw missingParameter(`${param}.server_label`);
      if (!declared.mcpServers.some((server) => server.label === label)) return undefined;
      return { type: "mcp", label, ...(name && { toolName: name }) };
    }
    case "code_interpreter":
      return hostedMatch("code_interpreter", declared);
    case "shell":
    case "local_shell":
    case "apply_patch": {
      const found = declared.client.find(({ origin }) => origin.type === type);
      if (found) return { type: "client", name: found.tool.name };
      return type === "shell" ? hostedMatch("shell", declared) : undefined;
    }
    default:
      return undefined;
  }
}

function isNamed({ origin }: ParsedTool, { type, name, namespace }: ToolReferenceBody): boolean {
  if (origin.type !== type || !("name" in origin) || origin.name !== name) return false;
  return !namespace || origin.namespace === namespace;
}

function hostedMatch(tool: HostedTool, { hosted }: DeclaredTools): Match | undefined {
  return hosted.has(tool) ? { type: "hosted", tool } : undefined;
}

function nothingToRequire({ unserved }: DeclaredTools): RequestError {
  if (unserved.size === 0) return notDeclared("required");
  const types = [...unserved].join(", ");
  return unsupportedValue(
    "tool_choice",
    "required",
    `None of the tools in 'tools' is served here: ${types}.`,
  );
}

/** In OpenAI's words. */
function notDeclared(name: string): RequestError {
  return new RequestError(
    null,
    `Tool choice '${name.slice(0, 64)}' not found in 'tools' parameter.`,
    "tool_choice",
  );
}

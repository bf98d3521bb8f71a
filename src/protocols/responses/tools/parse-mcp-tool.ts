import {
  invalidValue,
  missingParameter,
  RequestError,
  unsupportedParameter,
  unsupportedValue,
} from "../../request-error.ts";
import { CLAUDE_CODE_LABEL, type RemoteMcpServer } from "../../../core/words/server-tools.ts";
import type { ToolBody } from "../request/responses-request-schema.ts";

const LABEL = /^[a-zA-Z0-9_-]{1,64}$/;

type Filter = {
  readonly tool_names?: readonly string[] | null | undefined;
  readonly read_only?: boolean | null | undefined;
};

/** @throws RequestError naming what in an MCP server is wrong or cannot be served */
export function parseMcpTool(body: ToolBody, param: string): RemoteMcpServer {
  const label = body.server_label;
  if (!label) throw missingParameter(`${param}.server_label`);
  if (!LABEL.test(label)) {
    throw new RequestError(
      "invalid_value",
      `Invalid '${param}.server_label': string does not match pattern. Expected a string that matches the pattern '${LABEL.source}'.`,
      `${param}.server_label`,
    );
  }
  if (label === CLAUDE_CODE_LABEL) {
    throw new RequestError(
      "invalid_value",
      `Invalid '${param}.server_label': '${label}' stands for Claude Code itself where it asks for an approval. Choose another label.`,
      `${param}.server_label`,
    );
  }
  for (const name of ["connector_id", "tunnel_id"] as const) {
    if (body[name]) {
      throw unsupportedParameter(
        `${param}.${name}`,
        "Only servers with a 'server_url' can be reached from here.",
      );
    }
  }
  const allowedTools = parseAllowedTools(body.allowed_tools, `${param}.allowed_tools`);
  return {
    label,
    url: parseUrl(body.server_url, `${param}.server_url`),
    headers: parseHeaders(body, param),
    ...(allowedTools && { allowedTools }),
    approval: parseApproval(body.require_approval, `${param}.require_approval`),
  };
}

function parseUrl(given: string | null | undefined, param: string): string {
  if (!given) throw missingParameter(param);
  const url = URL.parse(given.trim());
  if (url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return url.href;
  throw new RequestError(
    "invalid_value",
    `Invalid '${param}'. Expected a URL that begins with http:// or https://, without a user and password.`,
    param,
  );
}

function parseHeaders({ headers, authorization }: ToolBody, param: string): RemoteMcpServer["headers"] {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[\r\n\0]/.test(value)) continue;
    throw new RequestError(
      "invalid_value",
      `Invalid '${param}.headers': '${name.slice(0, 64)}' is no valid HTTP header.`,
      `${param}.headers`,
    );
  }
  if (!authorization) return headers ?? {};
  if (/[\r\n\0]/.test(authorization)) {
    throw new RequestError(
      "invalid_value",
      `Invalid '${param}.authorization': it is no valid HTTP header.`,
      `${param}.authorization`,
    );
  }
  if (Object.keys(headers ?? {}).some((name) => name.toLowerCase() === "authorization")) {
    throw new RequestError(
      "invalid_value",
      `Invalid '${param}.authorization': it cannot be used together with an 'Authorization' header.`,
      `${param}.authorization`,
    );
  }
  return { ...headers, Authorization: `Bearer ${authorization}` };
}

function parseAllowedTools(given: ToolBody["allowed_tools"], param: string): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined;
  if (Array.isArray(given)) return given;
  const names = namesOf(given, param);
  return given.tool_names ? names : undefined;
}

/** As at OpenAI, calls need approval unless the request says otherwise. */
function parseApproval(given: ToolBody["require_approval"], param: string): RemoteMcpServer["approval"] {
  if (given === undefined || given === null) return { type: "always" };
  if (typeof given === "string") return { type: given };
  const always = given.always ? namesOf(given.always, `${param}.always`) : undefined;
  const never = given.never ? namesOf(given.never, `${param}.never`) : undefined;
  if (never) {
    const free = new Set(never);
    const both = always?.find((name) => free.has(name));
    if (both === undefined) return { type: "all-but", never };
    throw invalidValue(`${param}.never`, both, ["tools that are not in 'always'"]);
  }
  return always ? { type: "list", always } : { type: "always" };
}

/** What a foreign server's tool does cannot be known before the server is asked. */
function namesOf({ tool_names: names, read_only: readOnly }: Filter, param: string): readonly string[] {
  if (readOnly !== undefined && readOnly !== null) {
    throw unsupportedValue(`${param}.read_only`, String(readOnly), "Name the tools in 'tool_names'.");
  }
  return names ?? [];
}

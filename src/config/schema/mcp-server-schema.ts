import { z } from "zod";

import { oneOf, textValue } from "./setting-values.ts";
import { recordKey } from "./record-key.ts";
import { textRecord } from "./text-record.ts";

/** The fields that the file may give for an MCP server, local or remote. */
export const mcpServerFields = z.strictObject({
  type: oneOf("stdio", "http", "sse").exactOptional(),
  command: textValue("a program").exactOptional(),
  args: z
    .array(textValue("text", /^/), { error: 'expected a list of texts (quote numbers: "8080")' })
    .exactOptional(),
  env: textRecord(/^[^=\s]+$/, "a variable's name").exactOptional(),
  url: textValue("a URL").exactOptional(),
  headers: textRecord(/^[!#$%&'*+.^_`|~\w-]+$/, "a header's name").exactOptional(),
});

type Fields = z.output<typeof mcpServerFields>;

/** Yields an McpServer whose variables are not filled in yet. */
export const mcpServerSchema = mcpServerFields.transform((fields, context) => {
  const problem = findContradiction(fields);
  const { type, command, args = [], env = {}, url, headers = {} } = fields;
  if (problem === undefined) {
    if (command !== undefined) return { type: "stdio" as const, command, args, env };
    if (url !== undefined && type !== "stdio") return { type: type ?? ("http" as const), url, headers };
  }
  context.addIssue({ code: "custom", message: problem ?? "expected a command or a url" });
  return z.NEVER;
});

function findContradiction({ type, command, args, env, url, headers }: Fields): string | undefined {
  if (command === undefined && url === undefined) {
    return "expected a command (a program on this machine) or a url";
  }
  if (command !== undefined && url !== undefined) return "expected a command or a url, not both";
  if (command !== undefined) {
    if (type !== undefined && type !== "stdio") return `a server of type ${type} has a url, not a command`;
    return headers ? "headers belong to a server with a url" : undefined;
  }
  if (type === "stdio") return "a server of type stdio has a command, not a url";
  return args || env ? "args and env belong to a server with a command" : undefined;
}

/** Two underscores separate the server's name in a tool's name; the numbered names are reserved for the client's tools. */
const serverName = recordKey(
  "letters, digits, - and single _, at most 64, and not client_1 or the like",
  (name) => /^[A-Za-z0-9][\w-]{0,63}$/.test(name) && !name.includes("__") && !/^client_\d+$/.test(name),
);

export const mcpServersSchema = z.record(serverName, mcpServerSchema);

export type McpServersSetting = z.output<typeof mcpServersSchema>;

import type { McpServer } from "../../core/words/mcp-server.ts";
import { valueAt } from "../sources/value-at.ts";

/**
 * An MCP server for `config show`. Of variables and headers only the names are shown, and arguments and the URL as they were
 * `given`: what was filled in may be secret.
 */
export function describeMcpServer(server: McpServer, given: unknown): string {
  if (server.type === "stdio") {
    const args = valueAt(given, ["args"]);
    const words = [server.command, ...(Array.isArray(args) ? args.map(String) : [])];
    return [`stdio ${words.join(" ")}`, ...describeNames("env", server.env)].join(", ");
  }
  const url = String(valueAt(given, ["url"]));
  return [`${server.type} ${withoutSecrets(url)}`, ...describeNames("headers", server.headers)].join(", ");
}

/** Of a record whose values may be secret. */
export function describeNames(what: string, record: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(record);
  return names.length === 0 ? [] : [`${what} ${names.map((name) => `${name}=***`).join(" ")}`];
}

function withoutSecrets(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, "$1***@").replace(/\?.*$/, "?***");
}

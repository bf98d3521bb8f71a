import { isDeepStrictEqual } from "node:util";

import type { McpTools } from "../../../core/words/turn-event.ts";
import { isRecord } from "../../../lib/is-record.ts";
import type { WireItem } from "../responses-request.ts";

/**
 * Whether the model's context already has the current list of an MCP server's tools; OpenAI does not list them again then.
 * `items` is everything said so far; a compaction replaces what is before it.
 */
export function isListed(items: readonly WireItem[], { serverLabel, tools }: McpTools): boolean {
  const start = items.findLastIndex(({ type }) => type === "compaction");
  const last = items
    .slice(start + 1)
    .findLast((item) => item.type === "mcp_list_tools" && item["server_label"] === serverLabel);
  const listed: unknown = last?.["tools"];
  if (!Array.isArray(listed)) return false;
  const now = tools.map(({ name, description, inputSchema }) => [name, description ?? "", inputSchema]);
  return isDeepStrictEqual(byName(listed.map(partsOf)), byName(now));
}

/** The fields that identify a tool; other servers put more into an item. */
function partsOf(tool: unknown): unknown[] {
  if (!isRecord(tool)) return [];
  return [tool["name"], tool["description"] ?? "", tool["input_schema"]];
}

function byName(tools: readonly unknown[][]): readonly unknown[][] {
  return tools.toSorted(([a], [b]) => String(a).localeCompare(String(b)));
}

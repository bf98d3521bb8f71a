import type { WireItem } from "../responses-request.ts";

/** Fields that say nothing about what happened. */
const LEFT_OUT = new Set(["id", "type", "status", "container_id"]);

/**
 * Describes what a tool that ran elsewhere did, in words that a model can read: Claude has no record of it. For a list of tools
 * that a server offered, only the names.
 */
export function tellForeignItem(item: WireItem): string {
  const fields = Object.entries(item).filter(
    ([name, value]) => !LEFT_OUT.has(name) && value !== null && value !== undefined,
  );
  const told = Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      name === "tools" && Array.isArray(value) ? value.map(nameOf) : value,
    ]),
  );
  return `[${item.type}] ${JSON.stringify(told)}`;
}

function nameOf(tool: unknown): unknown {
  return typeof tool === "object" && tool !== null && "name" in tool ? tool.name : tool;
}

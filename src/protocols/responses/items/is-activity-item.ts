import { isActivityId } from "../activity/activity-items.ts";
import type { WireItem } from "../responses-request.ts";

const TYPES: ReadonlySet<string> = new Set([
  "shell_call",
  "shell_call_output",
  "local_shell_call",
  "local_shell_call_output",
  "apply_patch_call",
  "apply_patch_call_output",
  "web_search_call",
  "code_interpreter_call",
  "mcp_call",
  "mcp_list_tools",
]);

/**
 * Whether an item came from here and shows what Claude Code did by itself. Claude's own transcript has that already, so the item
 * is not read again.
 */
export function isActivityItem(item: WireItem): boolean {
  return TYPES.has(item.type) && (isActivityId(item["id"]) || isActivityId(item["call_id"]));
}

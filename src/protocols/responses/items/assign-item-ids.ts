import { isRecord } from "../../../lib/is-record.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { WireItem } from "../responses-request.ts";

/** OpenAI's prefixes for the ids of its items. */
const PREFIXES: Readonly<Record<string, string>> = {
  apply_patch_call: "apc",
  apply_patch_call_output: "apco",
  code_interpreter_call: "ci",
  compaction: "cmp",
  custom_tool_call: "ctc",
  custom_tool_call_output: "ctco",
  file_search_call: "fs",
  function_call: "fc",
  function_call_output: "fco",
  local_shell_call: "lsh",
  local_shell_call_output: "lsho",
  mcp_approval_request: "mcpr",
  mcp_approval_response: "mcpa",
  mcp_call: "mcp",
  mcp_list_tools: "mcpl",
  message: "msg",
  reasoning: "rs",
  shell_call: "sh",
  shell_call_output: "sho",
  web_search_call: "ws",
};
/** Fields that OpenAI's items have even when they are null. */
const NULL_MATTERS = new Set(["code", "outputs"]);
const HAVE_STATUS = /_call$|_call_output$|^message$/;

/**
 * Prepares input items for storage: each gets an id, unless the client gave one, and the fields that OpenAI's API requires. Their
 * meaning does not change. `prefix` makes the ids unique.
 */
export function assignItemIds(items: readonly WireItem[], prefix: string): readonly WireItem[] {
  return items.map((item, index) => {
    if (item.type === "item_reference") return item;
    const given = Object.fromEntries(
      Object.entries(item).filter(([name, value]) => value !== null || NULL_MATTERS.has(name)),
    );
    const id = given["id"] ?? `${PREFIXES[item.type] ?? "item"}_${prefix}_i${index}`;
    return { ...given, id, type: item.type, ...completed(given), ...contentOf(given), ...requiredOf(given) };
  });
}

function completed(item: JsonObject): JsonObject {
  const hasStatus = HAVE_STATUS.test(String(item["type"])) && item["type"] !== "mcp_call";
  return hasStatus ? { status: item["status"] ?? "completed" } : {};
}

function contentOf({ type, role, content }: JsonObject): JsonObject {
  if (type !== "message") return {};
  const isAnswer = role === "assistant";
  const parts = typeof content === "string" ? [{ type: "input_text", text: content }] : content;
  if (!Array.isArray(parts)) return {};
  return { content: parts.map((part: JsonObject) => partOf(part, isAnswer)) };
}

function partOf(part: JsonObject, isAnswer: boolean): JsonObject {
  const { type } = part;
  if (type === "refusal") return part;
  if (isAnswer) {
    const { annotations, logprobs } = part;
    return { ...part, type: "output_text", annotations: annotations ?? [], logprobs: logprobs ?? [] };
  }
  if (type === "text" || type === "output_text") return { type: "input_text", text: part["text"] };
  if (type === "input_image") return { ...part, detail: part["detail"] ?? "auto" };
  return part;
}

/** Other fields that must be present, even if null. */
function requiredOf(item: JsonObject): JsonObject {
  switch (item["type"]) {
    case "reasoning":
      return { summary: item["summary"] ?? [] };
    case "shell_call": {
      const { action, environment = null } = item;
      return {
        environment,
        action: { timeout_ms: null, max_output_length: null, ...(isRecord(action) && action) },
      };
    }
    case "shell_call_output":
      return { max_output_length: item["max_output_length"] ?? null };
    default:
      return {};
  }
}

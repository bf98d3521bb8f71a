import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

import { isRecord } from "../../lib/is-record.ts";
import type { ClaudeMessage, HookInput, PermissionUpdate } from "../claude/claude-messages.ts";

/** One line of Claude Code's stream-json output. */
export type Frame =
  | { readonly type: "message"; readonly message: ClaudeMessage }
  | { readonly type: "question"; readonly id: string; readonly question: Question }
  | { readonly type: "question-withdrawn"; readonly id: string }
  | { readonly type: "answer"; readonly id: string; readonly answer: Answer };

/** The answer to a control request of ours. */
export type Answer =
  | { readonly type: "success"; readonly response: Readonly<Record<string, unknown>> }
  | { readonly type: "error"; readonly message: string };

/** A control request of Claude Code's, by its subtype. */
export type Question =
  | {
      readonly subtype: "can_use_tool";
      readonly tool_name: string;
      readonly input: Record<string, unknown>;
      readonly tool_use_id: string;
      readonly permission_suggestions?: PermissionUpdate[];
      readonly mcp_server?: { readonly name: string; readonly source: string };
    }
  | {
      readonly subtype: "hook_callback";
      readonly callback_id: string;
      readonly input: HookInput;
      readonly tool_use_id?: string;
    }
  | { readonly subtype: "mcp_message"; readonly server_name: string; readonly message: JSONRPCMessage }
  | { readonly subtype: "elicitation" };

/** The names of what a line may be beside the conversation's own messages. */
const SILENT: ReadonlySet<unknown> = new Set(["keep_alive", "transcript_mirror"]);

/** Undefined for a line that says nothing to us, whether it is Claude Code's or of a program that writes into its output. */
export function frameOf(line: string): Frame | undefined {
  const value = parseRecord(line);
  const type = value?.["type"];
  if (!value || typeof type !== "string" || SILENT.has(type)) return undefined;
  const id = value["request_id"];
  switch (type) {
    case "control_response":
      return readAnswer(value["response"]);
    case "control_request":
      // Proof for the cast: the protocol, which the contract tests hold against the program; an unknown subtype is refused.
      return typeof id === "string" && isRecord(value["request"])
        ? { type: "question", id, question: value["request"] as Question }
        : undefined;
    case "control_cancel_request":
      return typeof id === "string" ? { type: "question-withdrawn", id } : undefined;
    default:
      // Proof for the cast: the same; the reader of messages ignores what it does not know.
      return { type: "message", message: value as ClaudeMessage };
  }
}

function readAnswer(response: unknown): Frame | undefined {
  if (!isRecord(response) || typeof response["request_id"] !== "string") return undefined;
  const { request_id: id, response: result, error } = response;
  return response["subtype"] === "success"
    ? { type: "answer", id, answer: { type: "success", response: isRecord(result) ? result : {} } }
    : { type: "answer", id, answer: { type: "error", message: String(error) } };
}

function parseRecord(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

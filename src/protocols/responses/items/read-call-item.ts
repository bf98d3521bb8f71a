import type { InputPart, ToolCallPart } from "../../../core/words/message.ts";
import { assertNever } from "../../../lib/assert-never.ts";
import type { ItemOf, KnownItem } from "./item-schemas.ts";
import { modelToolName } from "../tools/model-tool-name.ts";
import type { FindFile } from "../../given-file.ts";
import { readInputContent } from "./parse-item-content.ts";

export type CallItem = ItemOf<
  "function_call" | "custom_tool_call" | "local_shell_call" | "shell_call" | "apply_patch_call"
>;
export type CallOutputItem = ItemOf<
  | "function_call_output"
  | "custom_tool_call_output"
  | "local_shell_call_output"
  | "shell_call_output"
  | "apply_patch_call_output"
>;

/** The name under which the model knows a tool. */
export type ToolNaming = (name: string, namespace: string | null | undefined) => string;

export interface CallOutput {
  readonly content: readonly InputPart[];
  readonly isError?: true;
}

export function isCallItem(item: KnownItem): item is CallItem {
  return /^(?:function|local_shell|shell|apply_patch)_call$|^custom_tool_call$/.test(item.type);
}

export function isCallOutputItem(item: KnownItem): item is CallOutputItem {
  return /^(?:function|custom_tool|local_shell|shell|apply_patch)_call_output$/.test(item.type);
}

/** The call as the model made it, to the tool that represents the client's declaration; see `client-run-tools.ts`. */
export function readCall(item: CallItem, nameOf: ToolNaming = modelToolName): ToolCallPart {
  switch (item.type) {
    case "function_call":
      return call(item.call_id, nameOf(item.name, item.namespace), item.arguments);
    case "custom_tool_call":
      return call(item.call_id, nameOf(item.name, item.namespace), JSON.stringify({ input: item.input }));
    case "local_shell_call": {
      const { command, env, timeout_ms, user, working_directory } = item.action;
      const given = {
        env: env && Object.keys(env).length > 0 ? env : null,
        timeout_ms,
        user,
        working_directory,
      };
      return call(item.call_id, "local_shell", JSON.stringify({ command, ...withoutNulls(given) }));
    }
    case "shell_call": {
      const { commands, timeout_ms, max_output_length } = item.action;
      const given = withoutNulls({ timeout_ms, max_output_length });
      return call(item.call_id, "shell", JSON.stringify({ commands, ...given }));
    }
    case "apply_patch_call": {
      const { type, path, diff } = item.operation;
      return call(item.call_id, "apply_patch", JSON.stringify({ type, path, ...withoutNulls({ diff }) }));
    }
    default:
      return assertNever(item);
  }
}

/** The result of a call, as the model is shown it. */
export function readCallOutput(item: CallOutputItem, param: string, findFile: FindFile): CallOutput {
  switch (item.type) {
    case "function_call_output":
    case "custom_tool_call_output":
      return { content: readInputContent(item.output, `${param}.output`, findFile) };
    case "local_shell_call_output":
      return text(item.output);
    case "shell_call_output":
      return text(typeof item.output === "string" ? item.output : item.output.map(tellCommand).join("\n\n"));
    case "apply_patch_call_output": {
      const isFailed = item.status === "failed";
      const said = item.output ?? (isFailed ? "The patch could not be applied." : "Done.");
      return { ...text(said), ...(isFailed && { isError: true }) };
    }
    default:
      return assertNever(item);
  }
}

function tellCommand({
  stdout,
  stderr,
  outcome,
}: Exclude<ItemOf<"shell_call_output">["output"], string>[number]): string {
  const end = outcome?.type === "timeout" ? "(timed out)" : `(exit code ${outcome?.exit_code ?? "unknown"})`;
  return [stdout, stderr && `stderr:\n${stderr}`, end].filter(Boolean).join("\n");
}

function call(callId: string, name: string, args: string): ToolCallPart {
  return { type: "tool-call", callId, name, arguments: args };
}

function text(value: string): CallOutput {
  return { content: [{ type: "text", text: value }] };
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}

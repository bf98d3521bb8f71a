import type { JsonObject } from "../../core/client-tool.ts";
import type { ActivityEnd } from "../../core/turn-event.ts";
import { activityPrefix } from "./activity-items.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import type { Events, ItemSlot, OutputWriter } from "./output-writer.ts";

interface McpCall {
  readonly label: string;
  readonly tool: string;
  /** JSON text. */
  readonly arguments: string;
}

/** A call of an MCP server's tool by Claude Code. */
export class McpActivityWriter implements ActivityWriter {
  readonly #slot: ItemSlot;
  readonly #call: McpCall;

  constructor(output: OutputWriter, call: McpCall) {
    this.#slot = output.open(activityPrefix("mcp"));
    this.#call = call;
  }

  *start(): Events {
    const text = this.#call.arguments;
    yield this.#slot.added(this.#item("in_progress", { arguments: "" }), () => this.#item("in_progress"));
    yield this.#slot.event("mcp_call.in_progress");
    yield this.#slot.event("mcp_call_arguments.delta", { delta: text });
    yield this.#slot.event("mcp_call_arguments.done", { arguments: text });
  }

  *end({ isError, output }: ActivityEnd): Events {
    if (!isError) {
      yield this.#slot.event("mcp_call.completed");
      yield this.#slot.done(this.#item("completed", { output }));
      return;
    }
    yield this.#slot.event("mcp_call.failed");
    const error = { type: "mcp_tool_execution_error", content: [{ type: "text", text: output }] };
    yield this.#slot.done(this.#item("failed", { error }));
  }

  *cut(): Events {
    yield this.#slot.done(this.#item("incomplete"));
  }

  #item(status: string, changes: JsonObject = {}): JsonObject {
    return {
      id: this.#slot.id,
      type: "mcp_call",
      status,
      approval_request_id: null,
      server_label: this.#call.label,
      name: this.#call.tool,
      arguments: this.#call.arguments,
      error: null,
      output: null,
      ...changes,
    };
  }
}

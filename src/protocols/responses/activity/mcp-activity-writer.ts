import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import { activityPrefix, type McpCall } from "./activity-items.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import type { Events, ItemSlot, OutputWriter } from "../output/output-writer.ts";

/**
 * Writes a call of an MCP server's tool by Claude Code. A call that needs the client's approval is written after it has ended:
 * until then it may turn out to be an approval request.
 */
export class McpActivityWriter implements ActivityWriter {
  readonly #output: OutputWriter;
  readonly #call: McpCall;
  readonly #takeApproval: () => string | null;
  #approvalId: string | null = null;
  #slot: ItemSlot | undefined;

  constructor(output: OutputWriter, call: McpCall, takeApproval: () => string | null) {
    this.#output = output;
    this.#call = call;
    this.#takeApproval = takeApproval;
  }

  get isDeferrable(): boolean {
    return this.#slot === undefined;
  }

  *start(): Events {
    if (!this.#call.needsApproval) yield* this.#begin();
  }

  *end({ isError, output }: ActivityEnd): Events {
    if (this.#call.needsApproval) this.#approvalId = this.#takeApproval();
    const slot = this.#slot ?? (yield* this.#begin());
    if (!isError) {
      yield slot.event("mcp_call.completed");
      yield slot.done(this.#item(slot.id, "completed", { output }));
      return;
    }
    yield slot.event("mcp_call.failed");
    const error = { type: "mcp_tool_execution_error", content: [{ type: "text", text: output }] };
    yield slot.done(this.#item(slot.id, "failed", { error }));
  }

  *cut(): Events {
    const slot = this.#slot;
    if (slot) yield slot.done(this.#item(slot.id, "incomplete"));
  }

  *#begin(): Generator<ReturnType<ItemSlot["event"]>, ItemSlot, undefined> {
    const slot = this.#output.open(activityPrefix("mcp"));
    this.#slot = slot;
    const text = this.#call.arguments;
    yield slot.added(this.#item(slot.id, "in_progress", { arguments: "" }), () =>
      this.#item(slot.id, "in_progress"),
    );
    yield slot.event("mcp_call.in_progress");
    yield slot.event("mcp_call_arguments.delta", { delta: text });
    yield slot.event("mcp_call_arguments.done", { arguments: text });
    return slot;
  }

  #item(id: string, status: string, changes: JsonObject = {}): JsonObject {
    return {
      id,
      type: "mcp_call",
      status,
      approval_request_id: this.#approvalId,
      server_label: this.#call.label,
      name: this.#call.tool,
      arguments: this.#call.arguments,
      error: null,
      output: null,
      ...changes,
    };
  }
}

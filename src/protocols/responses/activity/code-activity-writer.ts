import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import { activityPrefix } from "./activity-items.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import type { Events, ItemSlot, OutputWriter } from "../output/output-writer.ts";
import { shellResult } from "./shell-result.ts";

/** Writes a command of Claude Code for a client that asked for a code interpreter. */
export class CodeActivityWriter implements ActivityWriter {
  readonly #slot: ItemSlot;
  readonly #command: string;
  readonly #containerId: string;

  constructor(output: OutputWriter, code: { readonly command: string; readonly containerId: string }) {
    this.#slot = output.open(activityPrefix("ci"));
    this.#command = code.command;
    this.#containerId = code.containerId;
  }

  *start(): Events {
    yield this.#slot.added(this.#item("", "in_progress"), () => this.#item(this.#command, "interpreting"));
    yield this.#slot.event("code_interpreter_call.in_progress");
    const delta = this.#command;
    if (delta !== "") yield this.#slot.event("code_interpreter_call_code.delta", { delta });
    yield this.#slot.event("code_interpreter_call_code.done", { code: this.#command });
    yield this.#slot.event("code_interpreter_call.interpreting");
  }

  *end(end: ActivityEnd): Events {
    const { stdout, stderr, outcome } = shellResult(end);
    const logs = [stdout, stderr].filter((text) => text !== "").join("\n");
    const isDone = outcome.type === "exit" && outcome.exit_code === 0;
    yield this.#slot.event("code_interpreter_call.completed");
    yield this.#slot.done(
      this.#item(this.#command, isDone ? "completed" : "failed", [{ type: "logs", logs }]),
    );
  }

  *cut(): Events {
    yield this.#slot.done(this.#item(this.#command, "incomplete"));
  }

  #item(code: string, status: string, outputs: readonly JsonObject[] | null = null): JsonObject {
    return {
      id: this.#slot.id,
      type: "code_interpreter_call",
      status,
      code,
      container_id: this.#containerId,
      outputs,
    };
  }
}
